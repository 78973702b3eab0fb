using System.Collections.Immutable;
using System.Text.Json;
using MtaSts.Grains.Workspaces;
using Xunit;

namespace MtaSts.Grains.Tests.Workspaces;

public sealed class WorkspaceStateTests
{
    [Fact]
    public void Domains_ReadFromStorage_AreOrderedOrdinally()
    {
        // A set comes out of JSON in the order of the machine's language: in Danish "aa" stands behind "z", and the list's pages would overlap.
        var read = JsonSerializer.Deserialize<WorkspaceState>(JsonSerializer.Serialize(new WorkspaceState { Domains = ["zz.example", "aa.example"] }))!;
        Assert.Same(StringComparer.Ordinal, read.Domains.KeyComparer);
        Assert.Same(StringComparer.Ordinal, (read with { Domains = ImmutableSortedSet.Create("b.example") }).Domains.KeyComparer);
    }
}
