using System.Globalization;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Images;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class ListImagesCommand : Command
{
    private const string None = "<none>";
    private readonly Option<bool> _all;
    private readonly Option<bool> _digests;
    private readonly ListOption _filter;
    private readonly Option<string> _format;
    private readonly Option<bool> _noTrunc;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _tree;

    public ListImagesCommand()
        : base("[REPOSITORY[:TAG]]", Arity.AtMost(1), Operand.Image)
    {
        _all = Options.Flag("all", 'a', "Show all images, those between layers too");
        _digests = Options.Flag("digests", null, "Show digests");
        _filter = Filters.Declare(Options);
        _format = FormatOption.DeclareForList(Options);
        _noTrunc = Options.Flag("no-trunc", null, "Show ids in full");
        _quiet = Options.Flag("quiet", 'q', "Show ids only");
        _tree = Options.Flag("tree", null, "Show every image with its platforms");
    }

    private sealed record Row(ImageSummary Image, string Repository, string Tag, string Digest);

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        Dictionary<string, IReadOnlyList<string>> filters = Filters.Gather(_filter);
        if (arguments.Count > 0)
        {
            filters["reference"] = [.. filters.GetValueOrDefault("reference", []), arguments[0]];
        }

        if (_tree.Value)
        {
            RefuseWithTree();
        }

        List<ImageSummary> images = context.Engine.Send(
            ApiRequest.Get(new QueryString("/images/json").Add("all", _all.Value).Add("manifests", _tree.Value).AddFilters(filters)),
            ApiJson.Default.ListImageSummary);
        if (_tree.Value)
        {
            ImageTree.Write(context.Out, images, _noTrunc.Value);
            return ExitCodes.Success;
        }

        string format = _quiet.Value ? "{{.ID}}" : _format.IsSet ? _format.Value : context.Config.Format("imagesFormat") ?? "";
        bool withDigests = _digests.Value || format.Contains("{{.Digest}}", StringComparison.Ordinal);
        IEnumerable<Row> rows = images.SelectMany(image => RowsOf(image, withDigests));
        if (_quiet.Value)
        {
            rows = rows.DistinctBy(row => row.Image.Id);
        }

        Columns(context.Time).Write(
            context.Out, rows, format,
            "{{.Repository}}\t{{.Tag}}\t" + (_digests.Value ? "{{.Digest}}\t" : "") + "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}");
        return ExitCodes.Success;
    }

    /// <summary>What says how a list looks has no meaning for a tree.</summary>
    private void RefuseWithTree()
    {
        string? other = _quiet.Value ? "quiet" : _digests.Value ? "show-digest" : _format.IsSet ? "format" : null;
        if (other is not null)
        {
            throw new CommandFailure($"--{other} is not yet supported with --tree");
        }
    }

    private Listing<Row> Columns(TimeProvider time) => new(
    [
        new("Containers", "CONTAINERS", row => CountOrUnknown(row.Image.Containers)),
        new("CreatedAt", "CREATED AT", row => GoTime.Format(DateTimeOffset.FromUnixTimeSeconds(row.Image.Created), time)),
        new("CreatedSince", "CREATED", row => HumanDuration.Ago(DateTimeOffset.FromUnixTimeSeconds(row.Image.Created), time)),
        new("Digest", "DIGEST", row => row.Digest),
        new("ID", "IMAGE ID", row => _noTrunc.Value ? row.Image.Id : Shorten.Id(row.Image.Id)),
        new("Repository", "REPOSITORY", row => row.Repository),
        new("SharedSize", "SHARED SIZE", row => SizeOrUnknown(row.Image.SharedSize)),
        new("Size", "SIZE", row => HumanSize.Short(row.Image.Size)),
        new("Tag", "TAG", row => row.Tag),
        new("UniqueSize", "UNIQUE SIZE", row => row.Image.SharedSize < 0 ? "N/A" : HumanSize.Short(row.Image.Size - row.Image.SharedSize)),
    ]);

    /// <summary>A row for each tag; digests beside the tags of their repository, and a row of their own where it has none.</summary>
    private static IEnumerable<Row> RowsOf(ImageSummary image, bool withDigests)
    {
        if (image.RepoTags.Count == 0 && image.RepoDigests.Count == 0)
        {
            yield return new Row(image, None, None, None);
        }

        ILookup<string, string> digests = image.RepoDigests.Select(text => text.Split('@', 2)).ToLookup(pair => pair[0], pair => pair[^1]);
        var tagged = new HashSet<string>();
        foreach (ImageName name in image.RepoTags.Select(ImageName.Parse))
        {
            tagged.Add(name.Repository);
            foreach (string digest in withDigests ? digests[name.Repository].DefaultIfEmpty(None) : [None])
            {
                yield return new Row(image, name.Repository, name.Tag ?? None, digest);
            }
        }

        foreach (IGrouping<string, string> untagged in digests.Where(group => !tagged.Contains(group.Key)))
        {
            foreach (string digest in withDigests ? untagged : Enumerable.Repeat(None, 1))
            {
                yield return new Row(image, untagged.Key, None, digest);
            }
        }
    }

    private static string CountOrUnknown(long count) => count < 0 ? "N/A" : count.ToString(CultureInfo.InvariantCulture);

    private static string SizeOrUnknown(long size) => size < 0 ? "N/A" : HumanSize.Short(size);
}
