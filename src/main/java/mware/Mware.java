package mware;

/** The command line of mware. */
public final class Mware {

    private Mware() {}

    public static void main(String[] args) {
        System.out.println("mware " + Mware.class.getPackage().getImplementationVersion());
    }
}
