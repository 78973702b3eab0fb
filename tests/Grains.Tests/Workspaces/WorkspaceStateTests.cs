using MtaSts.Grains.Workspaces;
using Xunit;

namespace MtaSts.Grains.Tests.Workspaces;

public sealed class WorkspaceStateTests
{
    [Fact]
    public void Domains_ReadFromStorage_AreOrderedOrdinally()
    {
        // In the order of a machine's language the list's pages would overlap: in Danish "aa" stands behind "z".
        BinaryData[] stored = [Storage.StoredStates.Serializer.Serialize("zz.example"), Storage.StoredStates.Serializer.Serialize("aa.example")];
        var read = (WorkspaceState)new WorkspaceState().With(stored, Storage.StoredStates.Serializer);
        Assert.Equal(["aa.example", "zz.example"], read.Domains);
        Assert.Same(StringComparer.Ordinal, read.Domains.KeyComparer);
    }
}
