using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using MtaSts.Web.Domains;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>
/// What the set-up page says in each state of hosting and of the DNS, compared with what it says elsewhere: it asks for nothing that it says does not exist, and
/// asks to delete nothing that was not found.
/// </summary>
public sealed class SetUpPageTests
{
    private const string Alice = LifecycleBench.Alice;
    private static readonly string[] Lives = ["off", "wanted", "provisioning", "unannounced", "live", "retiring-unannounced", "retiring", "removing", "over", "over-wanted"];
    private static readonly string[] Cnames = ["ours", "none", "other", "failed", "hidden", "unreached"];
    private static readonly string[] Records = ["none", "current", "old", "foreign", "unreadable", "failed"];
    private static readonly string[] Aliases = ["none", "ours", "other", "failed"];

    [Fact]
    public void Texts_InEveryState_DoNotContradictEachOther()
    {
        var (states, firsts) = (new HashSet<HostingState>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var life in Lives)
        {
            foreach (var cname in Cnames)
            {
                foreach (var record in Records)
                {
                    foreach (var alias in Aliases)
                    {
                        var page = Page.Of(life, cname, record, alias);
                        states.Add(page.View.Hosting.State);
                        if (page.Steps.Count > 0)
                            firsts.Add(page.Steps[0].Title);
                        var fault = page.Fault();
                        Assert.True(fault is null, $"{life}, CNAME {cname}, record {record}, alias {alias}: {fault}\n{page}");
                    }
                }
            }
        }
        Assert.Equal(Enum.GetValues<HostingState>(), states.Order());
        Assert.Superset(new HashSet<string> { "Publish this id now", "Publish the new id soon", "The new id is published", "No record to publish" }, firsts);
    }

    [Fact]
    public void SwitchedOff_IdNotPublished_IsTheFirstThingSaidWithItsRecord()
    {
        var step = Page.Of("retiring", "ours", "old", "none").Steps[0];
        Assert.Equal("Publish this id now", step.Title);
        Assert.Equal("_mta-sts.example.com", step.Record!.Value.Name);
        Assert.Matches("^v=STSv1; id=[0-9a-z]+;$", step.Record.Value.Value);
    }

    [Fact]
    public void SwitchedOff_IdNotAnnounced_IsNotShownYet()
    {
        var step = Page.Of("retiring-unannounced", "ours", "old", "none").Steps[0];
        Assert.Null(step.Record);
        Assert.Contains("UTC", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void SwitchOffDialog_WhileLive_NamesTheIdFirstAndTheDate()
    {
        var page = Page.Of("live", "ours", "current", "none");
        var steps = RetirementSteps.Before(page.View);
        Assert.Equal("Publish the new id at once", steps[0].Title);
        Assert.Contains(steps, step => step.Title.StartsWith("Keep both until 2026-", StringComparison.Ordinal));
    }

    private sealed record Page(DomainView View, IReadOnlyList<RecordView> Cards, IReadOnlyList<RetirementStep> Steps)
    {
        public static Page Of(string life, string cname, string record, string alias)
        {
            var bench = new LifecycleBench();
            if (life == "off")
                bench.Claim(Alice);
            else if (life == "wanted")
                Want(bench);
            else
                Begin(bench, life);
            bench.SeeZone(Zone(bench, cname, record, alias));
            var view = bench.View(Alice);
            return new(view, bench.Records(Alice), view.Hosting.State == HostingState.Retiring ? RetirementSteps.Of(view) : []);
        }

        /// <summary>What contradicts what; null when nothing does.</summary>
        public string? Fault()
        {
            var needed = RecordTexts.AreHostingRecordsNeeded(View.Hosting.State);
            for (var i = 0; i < Cards.Count; i++)
            {
                var (card, detail) = (Cards[i], Cards[i].Detail ?? "");
                var asks = Asks(detail);
                if (card.Expected is null && (asks || card.State is RecordState.Missing or RecordState.Mismatch or RecordState.Invalid or RecordState.Ok))
                    return $"{card.Name} shows nothing to publish, and asks for it.";
                if (i < 2 && !needed && asks)
                    return $"{card.Name} is asked for though nothing is hosted.";
                if (i < 2 && needed && detail.Contains("which is off", StringComparison.Ordinal))
                    return $"{card.Name} is said not to be needed.";
                if (card.State == RecordState.Ok && (asks || Deletes(detail)))
                    return $"{card.Name} is right, and is to be changed.";
                if (Deletes(detail) && card.Observed.Count == 0)
                    return $"{card.Name} is to be deleted and was not found.";
            }
            if (!needed && Cards.Count > 3)
                return "The claim record is asked for though nothing is hosted.";
            var step = $"{View.Hosting.Problem} {View.Hosting.NextStep}";
            if (step.Contains("has not been seen", StringComparison.Ordinal) && Cards[0].State == RecordState.Ok)
                return "The CNAME is right, and was not seen.";
            if (step.Contains("Publish the CNAME", StringComparison.Ordinal) && (Cards[0].State == RecordState.Ok || Cards[0].Expected is null))
                return "The CNAME is right, and is to be published.";
            if (Asks(HostingTexts.Explain(View)) || Deletes(HostingTexts.Explain(View)))
                return "The state's text asks for records: their cards do.";
            foreach (var name in new[] { 0, 1, 2 }.Where(i => Cards[i].State != RecordState.Ok).Select(i => Cards[i].Name))
            {
                if (View.Hosting.State is HostingState.Off or HostingState.AwaitingCname && $" {RecordTexts.Removal(View).TrimEnd('.')},".Contains($" {name},", StringComparison.Ordinal))
                    return $"{name} is to be deleted with the domain and was not found.";
            }
            return Steps.Count == 0 ? null : StepFault();
        }

        public override string ToString() =>
            $"{View.Hosting.State}: {View.Hosting.Problem} {View.Hosting.NextStep}\n{string.Join('\n', Cards.Select(card => $"{card.Type} {card.Name}: {card.State}, expected {card.Expected ?? "nothing"}, seen {string.Join(" | ", card.Observed)}. {card.Detail}"))}\n{string.Join('\n', Steps)}";

        private string? StepFault()
        {
            var first = Steps[0];
            if (!first.Title.Contains("id", StringComparison.Ordinal) && first.Title != "No record to publish")
                return "The first step is not the id.";
            if (first.Record is not null && (Cards[1].State == RecordState.Ok || !first.Record.Value.Value.Contains(View.Policy!.Id, StringComparison.Ordinal)))
                return "The id to publish is published, or another one.";
            if (first.Title == "The new id is published" && Cards[1].State != RecordState.Ok)
                return "The id is said to be published, and is not.";
            if (Steps.Any(step => step.Title == "Publish the CNAME again") && Cards[0].State == RecordState.Ok)
                return "The CNAME is right, and is to be published again.";
            return View.Hosting.SafeToRemoveAt is null ? "There is no date." : null;
        }

        private static bool Asks(string text) =>
            text.Contains("Publish this", StringComparison.Ordinal) || text.Contains("Publish the ", StringComparison.Ordinal) || text.Contains("Change ", StringComparison.Ordinal) || text.Contains("replace what is there", StringComparison.Ordinal);

        private static bool Deletes(string text) => text.Contains("delete", StringComparison.OrdinalIgnoreCase);

        private static void Want(LifecycleBench bench)
        {
            bench.Claim(Alice);
            bench.Put(Alice, PolicyMode.Enforce, 604_800);
            bench.Enable(Alice);
        }

        private static void Begin(LifecycleBench bench, string life)
        {
            Want(bench);
            bench.See(Alice);
            if (life == "provisioning")
                return;
            bench.FinishHostname();
            if (life == "unannounced")
                return;
            bench.Pass(TimeSpan.FromMinutes(1));
            if (life == "live")
                return;
            bench.Disable(Alice);
            if (life == "retiring-unannounced")
                return;
            bench.Pass(TimeSpan.FromMinutes(1));
            if (life == "retiring")
                return;
            bench.Now = bench.View(Alice).Hosting.SafeToRemoveAt!.Value;
            bench.Tick();
            if (life == "removing")
                return;
            bench.FinishHostname(exists: false);
            if (life == "over-wanted")
                bench.Enable(Alice);
        }

        private static Observation Zone(LifecycleBench bench, string cname, string record, string alias)
        {
            var id = bench.State.Versions.IsEmpty ? "1" : (Announcement.Version(bench.State) ?? bench.State.Versions[^1]).Id;
            var text = record switch
            {
                "current" => $"v=STSv1; id={id};",
                "old" => $"v=STSv1; id={(bench.State.Versions.IsEmpty ? "1" : bench.State.Versions[0].Id + (bench.State.Versions.Length == 1 ? "x" : ""))};",
                "foreign" => "v=STSv1; id=foreign;",
                "unreadable" => "v=STSv1; id=;",
                _ => null,
            };
            var seen = cname is "hidden" or "unreached" ? bench.Zone(claimRecord: Alice, isReached: cname == "hidden") : bench.Observe(cname == "ours" ? Alice : null);
            seen = seen with { PolicyRecord = text is null ? new(DnsStatus.NoName, [], 0, null) : new(DnsStatus.Found, [text], 300, null) };
            var failed = new LookupView(DnsStatus.Failed, [], 0, "no answer in time");
            var target = LifecycleBench.Naming.PolicyRecordTarget(LifecycleBench.Token(Alice))!;
            return seen with
            {
                Cname = cname switch { "failed" => failed, "other" => new(DnsStatus.Found, ["elsewhere.example.net"], 300, null), _ => seen.Cname },
                PolicyRecord = record == "failed" ? failed : seen.PolicyRecord,
                PolicyAlias = alias switch { "failed" => failed, "ours" => new(DnsStatus.Found, [target], 300, null), "other" => new(DnsStatus.Found, ["elsewhere.example.net"], 300, null), _ => seen.PolicyAlias },
            };
        }
    }
}
