/**
 * Commands on other servers over SSH.
 *
 * <p>{@link mware.core.ssh.SecureShell} runs {@link mware.core.ssh.ShellScript}s at {@link mware.core.ssh.ShellTarget}s: it keeps one
 * connection to each, feeds the script to {@code sh} on its standard input (so that nothing of it shows in the process
 * list or in a history), reads the output while it runs, and ends the whole process group of a script that takes too
 * long. {@link mware.core.ssh.HostKeys} says whether a server is the one that it was. Whatever goes wrong is a
 * {@link mware.core.ssh.ShellException} with a kind and a reason; a script that ran and said no is none.
 *
 * <p>Apache MINA sshd does the talking, the library that camel-ssh stands on: docs/decisions/ssh.md.
 */
@NullMarked
package mware.core.ssh;

import org.jspecify.annotations.NullMarked;
