/** Tests of the configuration: what is read, what is refused and in which words. */
package mware.core.config;
