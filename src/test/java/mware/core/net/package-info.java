/** Datagrams over real sockets. */
package mware.core.net;
