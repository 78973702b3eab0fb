using MtaSts.Grains.Tests.Chaos;
using MtaSts.Grains.Tests.Cloudflare;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Peers;
using Xunit;

[assembly: TestCollectionOrderer(typeof(MtaSts.Grains.Tests.Longest))]

namespace MtaSts.Grains.Tests;

internal sealed class Longest() : LongestFirst(
    typeof(CloudflareMakingFaultTests), typeof(CloudflareLiveFaultTests), typeof(CloudflareLeavingFaultTests), typeof(CloudflareWalkTests), typeof(RivalWorkspaceTests), typeof(ChaosTests),
    typeof(ForgedReportTests), typeof(SqliteDomainGrainTests),
    typeof(MxFreshnessTests), typeof(PostgresEnvelopeFactsTests), typeof(UploadsTests), typeof(PostgresReportGrainTests), typeof(PostgresScorecardStorageTests));
