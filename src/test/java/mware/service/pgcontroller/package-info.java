@org.jspecify.annotations.NullMarked
package mware.service.pgcontroller;
