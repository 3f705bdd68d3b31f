package mware.core.ssh;

/**
 * How a script ended.
 *
 * @param exitCode 128 and more when a signal ended it
 * @param output what it said; of very much only the end
 * @param errors what it said on standard error; of very much only the end
 */
public record ShellResult(int exitCode, String output, String errors) {

    public boolean isSuccess() {
        return exitCode == 0;
    }
}
