using System.Text;
using Microsoft.AspNetCore.Http;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Host.Api;
using MtaSts.Host.Export;
using Xunit;

namespace MtaSts.Host.Tests.Export;

public class ExportTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Fact]
    public async Task ScorecardRows_OfADay_TellWhatIsToBeKnownOfIt()
    {
        var day = Of(Day, new OrganizationTotals("Bigmail", 40, 2, 1)) with
        {
            LateReports = 1,
            ReopenedAt = new DateTimeOffset(2026, 3, 6, 1, 2, 3, TimeSpan.Zero),
            OtherRanges = 2,
            Disagreeing = 3,
            Policies = [new("Bigmail", "version: STSv1\nmode: enforce", 40, 2, 1), new("Mailbee", "", 5, 0, 1)],
        };

        var rows = await Rows([day], Day);

        Assert.Equal("2026-03-02,day,,,,,,40,2,,1,,1,2026-03-06T01:02:03Z,2,3,false,,,,0\r\n", rows[0]);
        Assert.Contains("2026-03-02,policy,Bigmail,,,,,40,2,,1,,,,,,,version: STSv1 | mode: enforce,,,\r\n", rows);
        Assert.Contains("2026-03-02,policy,Mailbee,,,,,5,0,,1,,,,,,,,,,\r\n", rows);
    }

    /// <summary>As on the page: no more sessions on a day than reports about the day before, which is not in the range.</summary>
    [Fact]
    public async Task ScorecardRows_OfADayWithNothingButReportMail_SayIt()
    {
        var rows = await Rows([Of(Day.AddDays(-1), new OrganizationTotals("Bigmail", 90, 0, 1)), Of(Day, new OrganizationTotals("Bigmail", 1, 0, 1))], Day);

        Assert.Equal(["2026-03-02,day,,,,,,1,0,,1,,0,,0,0,true,,,,0\r\n", "2026-03-02,organization,Bigmail,,,,,1,0,,1,,,,,,true,,0,,\r\n"], rows);
        Assert.StartsWith("2026-03-02,day,,,,,,90,0,,1,,0,,0,0,true,", (await Rows([Of(Day, new OrganizationTotals("Bigmail", 90, 0, 1))], Day, ReportMailReceived.OnlyReports))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ReportCells_OfASignedReport_NameTheVerdictAndTheSigner()
    {
        var entry = new ReportEntry
        {
            Id = "rp-1",
            Organization = "Bigmail",
            ReportId = "r",
            Start = default,
            End = default,
            ReceivedAt = default,
            Source = "source.smtp",
            Sessions = new SessionTotals(1, 0),
            Mended = 0,
            Dkim = DkimVerdict.NotAligned,
            SignedBy = "signer.example",
        };
        Assert.EndsWith(",notAligned,signer.example,,,,,,,\r\n", Csv.Row(Exports.Cells(ReportEntryResource.Of(entry))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", "\uFEFFname\r\n'=é\r\n")]
    [InlineData("jsonl", "\"=\\u00E9\"\n")]
    public async Task File_OfAFormat_BeginsAsItsReadersExpect(string format, string expected)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await new ExportFile<string>("x", ExportFormats.Of(format)!.Value, ["name"], text => [text], new[] { "=é" }.ToAsyncEnumerable()).ExecuteAsync(context);

        Assert.Equal(expected, Encoding.UTF8.GetString(body.ToArray()));
    }

    private static async Task<string[]> Rows(ScorecardDay[] days, DateOnly from, ReportMailReceived receives = ReportMailReceived.Its) =>
        await ScorecardRow.Of(days.ToAsyncEnumerable(), from, receives).Select(row => Csv.Row(row.Cells())).ToArrayAsync();

    private static ScorecardDay Of(DateOnly day, OrganizationTotals organization) => new()
    {
        Day = day,
        Sessions = new SessionTotals(organization.Successful, organization.Failed),
        Reports = organization.Reports,
        ByPolicyType = [],
        Failures = [],
        ByOrganization = [organization],
    };
}
