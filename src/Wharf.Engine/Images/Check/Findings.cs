namespace Wharf.Engine.Images.Check;

/// <summary>Gathers what a check finds, and mends it on the spot where that is asked for.</summary>
internal sealed class Findings(bool isRepairing)
{
    private readonly List<StoreFinding> _found = [];

    internal IReadOnlyList<StoreFinding> All => _found;

    /// <param name="repair">Puts it in order, or says by an exception why it cannot.</param>
    internal void Add(string subject, string problem, Action repair)
    {
        if (!isRepairing)
        {
            _found.Add(new StoreFinding(subject, problem, IsRepaired: false));
            return;
        }

        try
        {
            repair();
            _found.Add(new StoreFinding(subject, problem, IsRepaired: true));
        }
        catch (Exception failure) when (failure is WharfException or IOException or UnauthorizedAccessException)
        {
            _found.Add(new StoreFinding(subject, $"{problem}; it could not be repaired: {failure.Message}", IsRepaired: false));
        }
    }
}
