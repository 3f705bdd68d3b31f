package mware.service.pgcontroller;

/**
 * Something that the preflight found.
 *
 * @param server its name; empty for the pair
 * @param error whether a failover or a rejoin cannot work so; else it is worth a look
 * @param what what is wrong
 * @param fix how an operator mends it
 */
public record Finding(String server, boolean error, String what, String fix) {}
