using CsCheck;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>When two policies mean the same, and when a report's policy-string (RFC 8460 §4.4) is a policy of ours.</summary>
public class PolicyComparisonTests
{
    private static readonly Policy Served = new(PolicyMode.Testing, [MxPattern.Parse("mx1.example.com"), MxPattern.Parse("*.example.net")], 86_400);

    [Fact]
    public void Compare_EveryRespect_IsNamedInOrder()
    {
        var other = new Policy(PolicyMode.Enforce, [MxPattern.Parse("mx2.example.com"), MxPattern.Parse("*.example.net")], 604_800);

        Assert.Equal(
            [
                new PolicyDifference.Mode(PolicyMode.Testing, PolicyMode.Enforce),
                new PolicyDifference.MaxAge(86_400, 604_800),
                new PolicyDifference.MxRemoved(MxPattern.Parse("mx1.example.com")),
                new PolicyDifference.MxAdded(MxPattern.Parse("mx2.example.com")),
            ],
            PolicyComparison.Compare(Served, other));
    }

    [Fact]
    public void Compare_AnyPolicies_KeepsTheLawsOfEquality() => Gen.Select(PolicyGen.Alike, PolicyGen.Alike, PolicyGen.Alike).Sample(static (a, b, c) =>
    {
        Assert.Empty(PolicyComparison.Compare(a, a));
        Assert.Equal(Same(a, b), Same(b, a));
        if (Same(a, b) && Same(b, c))
            Assert.True(Same(a, c));
        if (a.Equals(b))
            Assert.True(Same(a, b));
        Assert.Equal(PolicyComparison.Compare(a, b).Count, PolicyComparison.Compare(b, a).Count);
        // Neither order nor repetition of mx has a meaning.
        Assert.True(Same(a, a with { Mx = [.. a.Mx.Reverse(), .. a.Mx] }));
    }, iter: 5_000);

    /// <summary>The differences, carried out on the first policy, make the second.</summary>
    [Fact]
    public void Compare_AnyPolicies_SaysEverythingThatDiffers() => Gen.Select(PolicyGen.Alike, PolicyGen.Alike).Sample(static (a, b) =>
    {
        var made = PolicyComparison.Compare(a, b).Aggregate(a, static (policy, difference) => difference switch
        {
            PolicyDifference.Mode mode => policy with { Mode = mode.To },
            PolicyDifference.MaxAge age => policy with { MaxAge = age.To },
            PolicyDifference.MxAdded mx => policy with { Mx = [.. policy.Mx, mx.Pattern] },
            PolicyDifference.MxRemoved mx => policy with { Mx = [.. policy.Mx.Where(pattern => pattern != mx.Pattern)] },
            _ => throw new InvalidOperationException(difference.ToString()),
        });
        Assert.True(Same(made, b));
    }, iter: 5_000);

    [Theory]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net")]
    [InlineData("mx: *.example.net", "mx: mx1.example.com", "max_age: 86400", "mode: testing", "version: STSv1")]
    [InlineData("version: STSv1\r", "mode: testing\r", "max_age: 86400\r", "mx: mx1.example.com\r", "mx: *.example.net\r")]
    [InlineData("version:STSv1", " mode : testing ", "max_age:\t86400", "mx:MX1.Example.com.", "mx: *.EXAMPLE.net", "")]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx1.example.com\r\nmx: *.example.net\r\n")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 0086400", "mx: mx1.example.com", "mx: mx1.example.com", "mx: *.example.net")]
    public void IsSame_TheServedPolicyAsReportersWriteIt_IsTrue(params string[] lines) => Assert.True(PolicyComparison.IsSame(Served, lines));

    [Theory]
    [InlineData()]
    [InlineData("")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86400", "mx: mx1.example.com")]
    [InlineData("mode: testing", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net")]
    [InlineData("version: STSv1", "mode: enforce", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net")]
    [InlineData("version: STSv1", "mode: testing", "mode: enforce", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86401", "mx: mx1.example.com", "mx: *.example.net")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net", "mx: mx2.example.com")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net", "x: y")]
    [InlineData("version: STSv1", "mode: testing", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net", "garbage")]
    [InlineData("version: STSv1", "mode: TESTING", "max_age: 86400", "mx: mx1.example.com", "mx: *.example.net")]
    public void IsSame_AnotherPolicy_IsFalse(params string[] lines) => Assert.False(PolicyComparison.IsSame(Served, lines));

    [Fact]
    public void IsSame_AnyTwoPolicies_AgreesWithCompare() => Gen.Select(PolicyGen.Alike, PolicyGen.Alike).Sample(static (a, b) =>
    {
        string[] lines = ["version: STSv1", $"mode: {b.Mode.ToText()}", $"max_age: {b.MaxAge}", .. b.Mx.Select(static mx => $"mx: {mx}")];
        Assert.Equal(Same(a, b), PolicyComparison.IsSame(a, lines));
    }, iter: 5_000);

    [Fact]
    public void IsSame_AnyLines_NeverThrows() =>
        Gen.String.Array[0, 6].Sample(static lines => { PolicyComparison.IsSame(Served, lines); }, iter: 2_000);

    [Fact]
    public void Policy_ChangedListAfterwards_KeepsItsOwn()
    {
        var list = new List<MxPattern> { MxPattern.Parse("a.example") };
        var policy = new Policy(PolicyMode.None, list, 1);
        var copy = policy with { MaxAge = 1 };
        list.Add(MxPattern.Parse("b.example"));

        Assert.Single(policy.Mx);
        Assert.Equal(policy, copy);
        Assert.Equal(policy.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(policy, policy with { Mx = list });
    }

    private static bool Same(Policy a, Policy b) => PolicyComparison.Compare(a, b).Count == 0;
}
