using CsCheck;
using Xunit;

namespace MtaSts.Protocol.Tests.Certificates;

/// <summary>CAA for a policy host (RFC 8659), with the parameters of RFC 8657.</summary>
public class CaaRulesTests
{
    private static readonly string[] Published =
    [
        "0 issue \";\"", "0 issue \"digicert.com\"", "0 issuewild \"x.example\"", "0 iodef \"mailto:a@example.com\"",
        "0 issue \"letsencrypt.org; accounturi=a\"", "0 issue \"???\"", "1 odd \"x\"",
    ];

    private static readonly string[] Ours = ["pki.goog", "letsencrypt.org"];

    [Theory]
    [InlineData("mta-sts.a.example.com", "mta-sts.a.example.com a.example.com example.com com")]
    [InlineData("mta-sts.example.com.", "mta-sts.example.com example.com com")]
    [InlineData("com", "com")]
    [InlineData("", "")]
    public void Climb_FromTheHost_EndsBelowTheRoot(string host, string names) => Assert.Equal(names, string.Join(' ', CaaRules.Climb(host)));

    [Theory]
    [InlineData("0 iodef \"mailto:security@example.com\"")]
    [InlineData("0 issuewild \";\"")] // §4.3: of no concern to a name that is no wildcard.
    [InlineData("0 tbs \"unknown\"")]
    [InlineData("128 iodef \"mailto:a@example.com\"")]
    public void Judge_NothingThatRestricts_IsUnrestricted(string record) => Assert.IsType<CaaVerdict.Unrestricted>(Judge(record));

    [Fact]
    public void Judge_NoRecords_IsUnrestricted() => Assert.IsType<CaaVerdict.Unrestricted>(Judge());

    [Theory]
    [InlineData("0 issue \"letsencrypt.org\"")]
    [InlineData("0 ISSUE \"LetsEncrypt.ORG\"")]
    [InlineData("128 issue \"letsencrypt.org\"")]
    [InlineData("0 issue letsencrypt.org")]
    [InlineData("0 issue \" letsencrypt.org \"")]
    [InlineData("0 issue \"letsencrypt.org;\"")]
    [InlineData("0 issue \"letsencrypt.org ; \"")]
    [InlineData("0 issue \"letsencrypt.org; foo=bar\"")]
    [InlineData("0 issue \"letsencrypt.org; foo = ; bar=a=b\"")]
    [InlineData("0 issue \"letsencrypt.org; validationmethods=dns-01,http-01\"")]
    public void Judge_OneOfOurs_IsAllowed(string record) =>
        Assert.Equal(["letsencrypt.org"], Assert.IsType<CaaVerdict.Allowed>(Judge(record)).Authorities);

    [Fact]
    public void Judge_Several_OneThatFitsSuffices() =>
        Assert.IsType<CaaVerdict.Allowed>(Judge("0 issue \";\"", "0 issue \"other.example\"", "0 issue \"letsencrypt.org; accounturi=https://a.example/1\"", "0 issue \"pki.goog\""));

    [Theory]
    [InlineData("0 issue \";\"")]
    [InlineData("0 issue \"\"")]
    [InlineData("0 issue \" ; \"")]
    [InlineData("0 issue \"; foo=bar\"")]
    [InlineData("0 issue \"lets encrypt.org\"")]
    [InlineData("0 issue \"letsencrypt.org.\"")]
    [InlineData("0 issue \"-letsencrypt.org\"")]
    [InlineData("0 issue \"letsencrypt.org; foo\"")]
    [InlineData("0 issue \"letsencrypt.org; foo=a;;\"")]
    [InlineData("0 issue \"letsencrypt.org; =a\"")]
    [InlineData("0 issue \"letsencrypt.org; foo=a b\"")]
    [InlineData("0 issue \"%%%%%\"")]
    public void Judge_NoIssuerOrOutsideTheGrammar_IsNobody(string record) => Assert.IsType<CaaVerdict.Nobody>(Judge(record));

    [Fact]
    public void Judge_OthersNamed_NamesThemOnce() =>
        Assert.Equal(["ca1.example.net", "digicert.com"], Assert.IsType<CaaVerdict.OthersOnly>(Judge("0 issue \"ca1.example.net\"", "0 issue \"DigiCert.com\"", "0 issue \"digicert.com; a=b\"", "0 issue \";\"")).Named);

    [Theory]
    [InlineData("0 issue \"letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/1\"")]
    [InlineData("0 issue \"letsencrypt.org; validationmethods=dns-01\"")]
    [InlineData("0 issue \"letsencrypt.org; ValidationMethods=dns-01,http-02\"")]
    public void Judge_ForAnotherAccountOrWay_IsNarrowed(string record) =>
        Assert.Equal(["letsencrypt.org"], Assert.IsType<CaaVerdict.Narrowed>(Judge(record)).Authorities);

    [Theory]
    [InlineData("128 tbs \"unknown\"", "tbs")]
    [InlineData("129 TBS \"unknown\"", "tbs")]
    [InlineData("not a record", "")]
    [InlineData("0 is-sue \"x\"", "")]
    [InlineData("", "")]
    public void Judge_CriticalAndUnknownOrUnreadable_ForbidsEvenWhereOthersAllow(string record, string tag) =>
        Assert.Equal(new CaaVerdict.CriticalUnknown(tag), Judge("0 issue \"letsencrypt.org\"", record));

    [Fact]
    public void Line_Published_AllowsWhateverStoodThereBefore()
    {
        var records = Gen.Int[0, Published.Length - 1].Select(i => Published[i]).Array[0, 8];
        Gen.Select(records, Gen.Int[0, 8]).Sample((set, at) =>
        {
            var line = CaaProperty.Line("example.com", "letsencrypt.org");
            Assert.StartsWith("example.com. IN CAA ", line, StringComparison.Ordinal);
            var published = set.ToList();
            published.Insert(Math.Min(at, set.Length), line["example.com. IN CAA ".Length..]);
            Assert.Contains("letsencrypt.org", Assert.IsType<CaaVerdict.Allowed>(Judge([.. published])).Authorities);
        });
    }

    [Fact]
    public void Judge_AnyText_NeverThrowsAndOrderDoesNotMatter() =>
        Gen.String.Array[0, 6].Sample(texts =>
        {
            var set = texts.Select(CaaProperty.Read).ToArray();
            Assert.Equal(CaaRules.Judge(set, Ours).GetType(), CaaRules.Judge([.. set.Reverse()], Ours).GetType());
        });

    private static CaaVerdict Judge(params string[] records) => CaaRules.Judge([.. records.Select(CaaProperty.Read)], Ours);
}
