using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using ARSoft.Tools.Net.Dns.DynamicUpdate;

namespace MtaSts.Modules.Rfc2136;

/// <summary>
/// Queries and updates (RFC 2136) signed with TSIG, without any logic of their use. Only TCP, so that answers are hard to forge and never truncated.
/// A call that the caller cancels throws <see cref="OperationCanceledException"/>; errors of a server or the network do not throw.
/// </summary>
internal sealed class UpdateClient(UpdateTarget target, TsigKey key, TimeProvider clock)
{
    /// <summary>The records of a name and type at the zone's server.</summary>
    public Task<ServerAnswer> ReadAsync(DomainName name, RecordType type, CancellationToken cancellationToken) => AskAsync(async (client, server, token) =>
    {
        var question = new DnsMessage { TransactionID = NewId(), OperationCode = OperationCode.Query, IsRecursionDesired = false, IsQuery = true };
        question.Questions.Add(new DnsQuestion(name, type, RecordClass.INet));
        return await client.SendMessageAsync(question, token) switch
        {
            null => null,
            { ReturnCode: ReturnCode.NoError or ReturnCode.NxDomain, IsAuthoritiveAnswer: true } answer => new ServerAnswer.Ok([.. answer.AnswerRecords.Where(record => record.Name.Equals(name) && record.RecordType == type)]),
            { ReturnCode: ReturnCode.NoError or ReturnCode.NxDomain } => new ServerAnswer.Failed(server.ToString(), ReturnCode.NotAuthoritive, ReturnCode.NoError),
            var answer => new ServerAnswer.Failed(server.ToString(), answer.ReturnCode, ReturnCode.NoError),
        };
    }, cancellationToken);

    /// <summary>Applies all changes in one message, or none of them (RFC 2136 §3.4.2).</summary>
    public Task<ServerAnswer> UpdateAsync(IReadOnlyList<UpdateBase> changes, CancellationToken cancellationToken) => AskAsync(async (client, server, token) =>
    {
        var id = NewId();
        var message = new DnsUpdateMessage
        {
            TransactionID = id,
            IsQuery = true,
            ZoneName = target.Zone,
            TSigOptions = new TSigRecord(key.Name, key.Kind, clock.GetUtcNow().UtcDateTime, TsigKey.Fudge, id, ReturnCode.NoError, null, key.Bytes),
        };
        message.Updates.AddRange(changes);
        return await client.SendUpdateAsync(message, token) switch
        {
            null => null,
            { ReturnCode: ReturnCode.NoError } => new ServerAnswer.Ok([]),
            var answer => new ServerAnswer.Failed(server.ToString(), answer.ReturnCode, answer.TSigOptions?.Error ?? ReturnCode.NoError),
        };
    }, cancellationToken);

    /// <summary>In order: the next server only when the previous one did not answer.</summary>
    private async Task<ServerAnswer> AskAsync(Func<DnsClient, IPEndPoint, CancellationToken, Task<ServerAnswer?>> ask, CancellationToken cancellationToken)
    {
        var reason = "no answer";
        foreach (var server in target.Servers)
        {
            using var limit = new CancellationTokenSource(target.Timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                // One transport for each call: the library would keep its connections.
                using var transport = new TcpClientTransport(server.Port);
                using var client = new DnsClient([server.Address], [transport], true, (int)target.Timeout.TotalMilliseconds);
                if (await ask(client, server, either.Token).WaitAsync(either.Token) is { } answer)
                    return answer;
                reason = "no answer, or one that is not signed with the key";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                reason = $"no answer within {target.Timeout.TotalSeconds:0.#} s";
            }
            catch (Exception exception) when (exception is SocketException or IOException or FormatException or ArgumentException)
            {
                reason = exception.Message;
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
        return new ServerAnswer.NoAnswer(string.Join(", ", target.Servers), reason);
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue + 1);
}
