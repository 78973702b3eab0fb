using MtaSts.EndToEnd.Dashboard;
using MtaSts.EndToEnd.Fire;
using MtaSts.Peers;
using Xunit;

[assembly: TestCollectionOrderer(typeof(MtaSts.EndToEnd.Longest))]

namespace MtaSts.EndToEnd;

internal sealed class Longest() : LongestFirst(
    typeof(SmtpTests), typeof(CasesTests), typeof(SpoolTests), typeof(DashboardBoundsTests), typeof(PostgresFireTests), typeof(SqliteFireTests), typeof(CrashTests),
    typeof(DelegationTests), typeof(ClockTests), typeof(BadPluginTests), typeof(MailboxCorpusTests));
