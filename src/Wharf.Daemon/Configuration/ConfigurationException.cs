namespace Wharf.Daemon.Configuration;

/// <summary>The command line or the configuration file is wrong: said to the person who starts the daemon, who must change it.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
