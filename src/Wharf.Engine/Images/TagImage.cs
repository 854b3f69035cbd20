using Wharf.Engine.Events;
using Wharf.Oci;

namespace Wharf.Engine.Images;

/// <summary><c>tag</c>.</summary>
internal sealed class TagImage(ImageTable table, EventBus events)
{
    /// <exception cref="WharfException">NotFound: no such source. InvalidArgument: the new name has a digest.</exception>
    internal void Run(string source, ImageReference target)
    {
        Image image = ImageLookup.Find(table, source);
        if (target.Digest is not null)
        {
            throw WharfException.Invalid("refusing to create a tag with a digest reference");
        }

        ImageReference tag = target.WithDefaultTag();
        table.Point(tag, image.Id);
        events.Publish("image", "tag", image.Id.ToString(), new Dictionary<string, string> { ["name"] = tag.Familiar });
    }
}
