using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>What may not be published, and what is advised against.</summary>
public class PolicyRulesTests
{
    private static readonly MxPattern Mx = MxPattern.Parse("mx.example.com");

    [Theory]
    [InlineData(1)]
    [InlineData(86_400)]
    [InlineData(Policy.MaxAgeLimit)]
    public void Check_MaxAgeWithinTheRange_IsFine(int maxAge) =>
        Assert.Empty(PolicyRules.Check(new Policy(PolicyMode.Enforce, [Mx], maxAge)));

    [Theory]
    [InlineData(-1, PolicyCodes.MaxAgeOutOfRange)]
    [InlineData(int.MinValue, PolicyCodes.MaxAgeOutOfRange)]
    [InlineData(Policy.MaxAgeLimit + 1, PolicyCodes.MaxAgeOutOfRange)]
    [InlineData(0, PolicyCodes.MaxAgeZero)]
    public void Check_MaxAgeOutside_IsAProblem(int maxAge, string code) =>
        Assert.Equal(code, Assert.Single(PolicyRules.Check(new Policy(PolicyMode.Enforce, [Mx], maxAge))).Code);

    [Theory]
    [InlineData(PolicyMode.None)]
    [InlineData(PolicyMode.Testing)]
    [InlineData(PolicyMode.Enforce)]
    public void Check_NoMx_IsAProblemInEveryMode(PolicyMode mode) =>
        Assert.Equal(PolicyCodes.MxMissing, Assert.Single(PolicyRules.Check(new Policy(mode, [], 86_400))).Code);

    [Fact]
    public void Check_SeveralMistakes_NamesEach()
    {
        var problems = PolicyRules.Check(new Policy((PolicyMode)9, [Mx, Mx], 0));

        Assert.Equal([PolicyCodes.ModeUnknown, PolicyCodes.MaxAgeZero, PolicyCodes.MxDuplicate], problems.Select(static problem => problem.Code));
        Assert.All(problems, static problem =>
        {
            Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
            Assert.NotEmpty(problem.Basis);
        });
    }

    [Theory]
    [InlineData("mail", PolicyCodes.MxSingleLabel)]
    [InlineData("*.com", PolicyCodes.MxSingleLabel)]
    [InlineData("mx.xn--999999999.example", PolicyCodes.MxNotIdna)]
    [InlineData("*.xn--999999999.example", PolicyCodes.MxNotIdna)]
    public void Check_APatternThatIsOnlyGrammatical_IsAProblem(string mx, string code)
    {
        // Only the reader makes such a pattern: a fetched policy may be taken over.
        var policy = PolicyGen.Read($"version: STSv1\nmode: testing\nmax_age: 86400\nmx: {mx}\n");

        Assert.Equal(code, Assert.Single(PolicyRules.Check(policy)).Code);
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(policy));
    }

    [Fact]
    public void Check_ThousandsOfMistakes_NamesNoMoreThanTheLimit()
    {
        var policy = new Policy(PolicyMode.Testing, [.. Enumerable.Repeat(Mx, 5_000)], 86_400);

        Assert.InRange(PolicyRules.Check(policy).Count, 1, PolicyReader.MaxFindings + 1);
    }

    [Theory]
    [InlineData(PolicyMode.Testing, 86_399, PolicyCodes.MaxAgeShort)]
    [InlineData(PolicyMode.Testing, 86_400, null)]
    [InlineData(PolicyMode.None, 86_400, null)]
    [InlineData(PolicyMode.Enforce, 86_400, PolicyCodes.MaxAgeShortForEnforce)]
    [InlineData(PolicyMode.Enforce, 604_799, PolicyCodes.MaxAgeShortForEnforce)]
    [InlineData(PolicyMode.Enforce, 604_800, null)]
    [InlineData(PolicyMode.Enforce, 31_536_000, null)]
    [InlineData(PolicyMode.Enforce, 31_536_001, PolicyCodes.MaxAgeLong)]
    [InlineData(PolicyMode.Enforce, 31_557_599, PolicyCodes.MaxAgeLong)]
    [InlineData(PolicyMode.Enforce, 31_557_600, PolicyCodes.MaxAgeAtLimit)]
    public void Advise_MaxAgeThatSomeSendersChange_SaysSo(PolicyMode mode, int maxAge, string? code) =>
        Assert.Equal(code is null ? [] : [code], PolicyRules.Advise(new Policy(mode, [Mx], maxAge)).Select(static advice => advice.Code));

    [Fact]
    public void Advise_AShortEnforcedPolicy_SaysBoth() =>
        Assert.Equal(
            [PolicyCodes.MaxAgeShort, PolicyCodes.MaxAgeShortForEnforce],
            PolicyRules.Advise(new Policy(PolicyMode.Enforce, [Mx], 3_600)).Select(static advice => advice.Code));

    [Fact]
    public void Advise_Wildcards_NamesEachOnce()
    {
        var wild = MxPattern.Parse("*.example.com");

        var advice = PolicyRules.Advise(new Policy(PolicyMode.Testing, [wild, Mx, wild, MxPattern.Parse("*.example.org")], 86_400));

        Assert.Equal([PolicyCodes.MxWildcard, PolicyCodes.MxWildcard], advice.Select(static problem => problem.Code));
        Assert.Contains("*.example.org", advice[1].Message, StringComparison.Ordinal);
    }
}
