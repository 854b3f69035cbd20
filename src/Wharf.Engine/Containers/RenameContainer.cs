using Wharf.Engine.Containers.Naming;
using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary><c>rename</c>.</summary>
internal sealed class RenameContainer(ContainerDependencies engine)
{
    internal async Task RunAsync(string idOrName, string newName, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(newName))
        {
            throw WharfException.Invalid("Neither old nor new names may be empty");
        }

        string name = ContainerName.Parse(newName);
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        string oldName = locked.Snapshot.Name;
        if (name == oldName)
        {
            throw WharfException.Invalid("Renaming a container with the same name as its current name");
        }

        engine.Registry.Rename(oldName, name, locked.Container.Id);
        ContainerSnapshot renamed = locked.Snapshot with { Name = name };
        try
        {
            engine.Rows.SaveName(renamed);
        }
        catch
        {
            engine.Registry.Rename(name, oldName, locked.Container.Id);
            throw;
        }

        locked.Container.Publish(renamed);
        engine.Events.Publish(renamed, "rename", ("oldName", "/" + oldName));
    }
}
