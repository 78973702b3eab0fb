using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

public sealed class FetchFaultTests
{
    public static TheoryData<FetchFaultKind> Kinds => [.. Enum.GetValues<FetchFaultKind>()];

    /// <summary>A host that answered is reachable, whatever is wrong with its answer.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Label_NotReachable_OnlyWithoutAnAnswerOfTheHost(FetchFaultKind kind)
    {
        FetchFaultKind[] unreachable = [FetchFaultKind.NoAddress, FetchFaultKind.PrivateAddress, FetchFaultKind.NoConnection, FetchFaultKind.Timeout, FetchFaultKind.NotHttp, FetchFaultKind.CloudflareOrigin];
        var label = FetchFaults.Label(kind);
        Assert.Equal(unreachable.Contains(kind), label == "not reachable");
        Assert.InRange(label.Length, 1, 25);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void IsConclusive_NothingWasAskedOfTheHost_IsFalse(FetchFaultKind kind) =>
        Assert.Equal(kind is not (FetchFaultKind.DnsFailed or FetchFaultKind.NotTried), FetchFaults.IsConclusive(kind));
}
