/** The rules of the echo as tables, and echoes over real sockets. */
package mware.service.udpecho;
