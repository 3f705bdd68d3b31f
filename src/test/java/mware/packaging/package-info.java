/** What is shipped: the packaged folder, the systemd unit, the container files. */
package mware.packaging;
