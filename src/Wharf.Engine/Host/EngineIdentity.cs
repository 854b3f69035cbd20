namespace Wharf.Engine.Host;

/// <summary>The engine's own id: made once for a data root, kept in <c>engine-id</c>.</summary>
internal static class EngineIdentity
{
    internal static string Load(string root)
    {
        string path = Path.Combine(root, "engine-id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out Guid known))
        {
            return known.ToString();
        }

        string made = Guid.NewGuid().ToString();
        File.WriteAllText(path + ".new", made);
        File.Move(path + ".new", path, overwrite: true);
        return made;
    }
}
