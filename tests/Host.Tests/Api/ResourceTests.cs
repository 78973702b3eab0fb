using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Application.Domains;
using MtaSts.Application.Moving;
using MtaSts.Application.Notifications;
using MtaSts.Application.Policies;
using MtaSts.Application.Readiness;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Host.Api;
using MtaSts.Host.Export;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Api;

/// <summary>The JSON of the API is its own: it changes with the resources, on purpose, and not with the records that cross between grains.</summary>
public sealed class ResourceTests
{
    private const string GoldenFile = "tests/Host.Tests/Golden/api-resources.json";

    /// <summary>Each made of wire records with every property set.</summary>
    private static readonly object[] Samples =
    [
        AlertResource.Of(new AlertDetail(WireSample.Of<AlertSample>().Alert, [WireSample.Of<AlertEvent>()])),
        MuteResource.Of(WireSample.Of<AlertMute>()),
        DomainResource.Of(WireSample.Of<DomainView>()),
        RecordResource.Of(WireSample.Of<RecordView>()),
        ObservationResource.Of(WireSample.Of<Observation>()),
        MxResource.Of(WireSample.Of<MxReport>()),
        RolloutResource.Of(WireSample.Of<RolloutStatus>()),
        MxPlanResource.Of(WireSample.Of<MxPlanView>()),
        MoveInResource.Of(WireSample.Of<MoveInReport>()),
        PolicyExportResource.Of(WireSample.Of<PolicyExport>()),
        ReadinessResource.Of(WireSample.Of<ReadinessReport>()),
        PolicyResource.Of(WireSample.Of<PolicyVersionView>()) with { Advice = [PolicyAdviceResource.Of(WireSample.Of<PolicyAdvice>())], Changes = ["mode: testing → enforce"] },
        ScorecardResource.Of(WireSample.Of<ScorecardView>()),
        new ExplanationsResource([ExplanationResource.Of(WireSample.Of<Explanation>())], []),
        ReportResource.Of(WireSample.Of<EnvelopeView>() with { ReportsJson = ["{}"] }),
        ReportEntryResource.Of(WireSample.Of<ReportEntry>()),
        ExclusionOutcomeResource.Of(WireSample.Of<ExclusionOutcome>()),
        QuarantineItemResource.Of(WireSample.Of<QuarantineItem>()),
        QuarantineSummaryResource.Of(WireSample.Of<QuarantineSummary>()),
        UploadResource.Of(WireSample.Of<IngestionOutcome>()),
        UploadsResource.Of([WireSample.Of<UploadedItem>()]),
        WorkspaceResource.Of(WireSample.Of<WorkspaceView>()),
        new SettingsResource(true),
        SavedChannelResource.Of(new SavedChannel(ChannelSample.View, 3)),
        new ChannelTestResource(true, "HTTP 204", 3),
        NoticeResource.Of(new NoticeLine("The title", ChannelSample.Notice)),
        NotifierResource.Of(WireSample.Of<NotifierView>()),
        PluginResource.Of(WireSample.Of<PluginView>()),
    ];

    [Fact]
    public void Json_OfEachResource_IsAsPublished()
    {
        var json = new JsonObject(Samples.Select(sample => KeyValuePair.Create(sample.GetType().Name, JsonSerializer.SerializeToNode(sample, sample.GetType(), Options))));
        var actual = json.ToJsonString(new JsonSerializerOptions(Options) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReplaceLineEndings("\n") + "\n";

        var file = Path.Combine(RepositoryFolder.Path, GoldenFile);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }
        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Fact]
    public void Samples_HaveEveryResource() =>
        Assert.Empty(typeof(DomainResource).Assembly.GetTypes().Where(type => type.Namespace == typeof(DomainResource).Namespace && type.Name.EndsWith("Resource", StringComparison.Ordinal))
            .Except(Samples.SelectMany(sample => Within(sample.GetType()))));

    /// <summary>Otherwise the caller would believe that all of the report is counted or in quarantine.</summary>
    [Fact]
    public void Upload_PartIsNeitherCountedNorInQuarantine_IsTheReason() =>
        Assert.Equal("lost", UploadResource.Of(WireSample.Of<UploadedItem>() with { Problem = "lost" }).Reason);

    /// <summary>Renamed in a wire record, a property of the API would be renamed with it.</summary>
    [Fact]
    public void Resources_HoldNoRecordOfAnotherRoom() =>
        Assert.Empty(Samples.Select(sample => sample.GetType()).Append(typeof(ScorecardRow)).SelectMany(Within)
            .Where(type => !type.IsEnum && type.Assembly != typeof(DomainResource).Assembly).Select(type => type.FullName));

    private static JsonSerializerOptions Options { get; } =
        new ServiceCollection().ConfigureApiJson().BuildServiceProvider().GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

    /// <summary>The product's types in the JSON of a type.</summary>
    private static HashSet<Type> Within(Type type)
    {
        var found = new HashSet<Type>();
        Add(type);
        return found;

        void Add(Type next)
        {
            foreach (var argument in next.IsGenericType ? next.GetGenericArguments() : [])
                Add(argument);
            if (next.Namespace?.StartsWith("MtaSts", StringComparison.Ordinal) != true || !found.Add(next))
                return;
            foreach (var property in next.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                Add(property.PropertyType);
        }
    }

    /// <summary>An alert of a kind that the catalogue has words for.</summary>
    private sealed record AlertSample(string Id, string Domain, DateTimeOffset RaisedAt, DateTimeOffset UpdatedAt, DateTimeOffset ResolvedAt, AlertHandling Acknowledged, AlertHandling Snoozed, AlertHandling Muted)
    {
        public AlertView Alert => new()
        {
            Id = Id,
            Domain = Domain,
            Kind = AlertKinds.CnameLost,
            Parameters = AlertCondition.Of(AlertKinds.CnameLost).With(AlertParameters.Target, "mx.example").Parameters,
            RaisedAt = RaisedAt,
            UpdatedAt = UpdatedAt,
            ResolvedAt = ResolvedAt,
            Acknowledged = Acknowledged,
            Snoozed = Snoozed,
            Muted = Muted,
        };
    }
}
