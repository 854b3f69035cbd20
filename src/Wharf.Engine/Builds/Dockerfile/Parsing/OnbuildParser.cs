namespace Wharf.Engine.Builds.Dockerfile.Parsing;

internal static class OnbuildParser
{
    internal static OnbuildInstruction Parse(RawInstruction raw, IReadOnlyList<Heredoc> heredocs)
    {
        _ = new FlagSet(raw);
        raw.RequireArguments();
        RawInstruction trigger = raw.Nested();
        string? problem = trigger.Name switch
        {
            "ONBUILD" => "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
            "MAINTAINER" or "FROM" => $"{trigger.Name} isn't allowed as an ONBUILD trigger",
            _ => null,
        };
        if (problem is not null)
        {
            throw raw.Error(problem, trigger.Origin.Source);
        }

        // Whoever builds on the image could do nothing about a trigger that is wrong.
        _ = InstructionParser.Parse(trigger, heredocs);
        string[] bodies = [.. heredocs.Select(heredoc => $"\n{heredoc.Content}{heredoc.Name}")];
        return new OnbuildInstruction(raw.Origin, string.Concat([trigger.Origin.Text, .. bodies]));
    }
}
