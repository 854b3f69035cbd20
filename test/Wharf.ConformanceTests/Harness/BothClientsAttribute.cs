using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Wharf.ConformanceTests.Harness;

/// <summary>Runs a theory once with the stock docker client and once with wharf: what one does, the other must do alike.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothClientsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<string>("docker"), new TheoryDataRow<string>("wharf")]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
