namespace Wharf.Engine.Networks;

/// <summary>Without forwarding the host passes nothing between its interfaces, and containers reach nobody but it.</summary>
internal static class HostForwarding
{
    private const string Setting = "/proc/sys/net/ipv4/ip_forward";

    internal static void Enable(EngineOptions options)
    {
        if (!options.EnableIPv4Forwarding || File.ReadAllText(Setting).Trim() == "1")
        {
            return;
        }

        try
        {
            File.WriteAllText(Setting, "1");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WharfException(
                ErrorKind.Unavailable, $"cannot switch on {Setting}: {refused.Message}; --ip-forward=false leaves it to the host", refused);
        }
    }
}
