/** Tests of the domain tree: every domain has one group, and the most specific name wins. */
package mware.core.domain;
