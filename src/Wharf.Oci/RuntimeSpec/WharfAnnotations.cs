namespace Wharf.Oci.RuntimeSpec;

/// <summary>Annotations of a bundle that wharf-runtime acts on. Other runtimes ignore them.</summary>
public static class WharfAnnotations
{
    /// <summary>
    /// Present: the container's PID 1 is the runtime itself, which forwards signals to the program and reaps orphans (<c>--init</c>). No init
    /// binary has to be found that runs in every image.
    /// </summary>
    public const string Init = "dev.wharf.init";
}
