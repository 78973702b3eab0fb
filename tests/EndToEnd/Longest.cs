using MtaSts.EndToEnd.Fire;
using MtaSts.Peers;
using Xunit;

[assembly: TestCollectionOrderer(typeof(MtaSts.EndToEnd.Longest))]

namespace MtaSts.EndToEnd;

internal sealed class Longest() : LongestFirst(
    typeof(SpoolTests), typeof(SmtpTests), typeof(PostgresFireTests), typeof(SqliteFireTests), typeof(CrashTests), typeof(DelegationTests), typeof(MailboxCorpusTests));
