using MtaSts.Grains.Tests.Chaos;
using MtaSts.Grains.Tests.Cloudflare;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Peers;
using Xunit;

[assembly: TestCollectionOrderer(typeof(MtaSts.Grains.Tests.Longest))]

namespace MtaSts.Grains.Tests;

internal sealed class Longest() : LongestFirst(
    typeof(ChaosTests), typeof(CloudflareFaultWalkTests), typeof(PostgresReportGrainTests), typeof(SqliteReportGrainTests), typeof(PostgresStorageFaultTests),
    typeof(SqliteStorageFaultTests), typeof(LifecycleProperties));
