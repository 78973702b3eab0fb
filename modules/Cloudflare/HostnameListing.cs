using System.Collections.Concurrent;
using MtaSts.Modules.Cloudflare.Api;

namespace MtaSts.Modules.Cloudflare;

/// <summary>The hostnames that matched one filter at one moment.</summary>
internal sealed class HostnameListing(TimeSpan until)
{
    private readonly ConcurrentDictionary<string, CustomHostname> hostnames = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> outdated = new(StringComparer.OrdinalIgnoreCase);
    private readonly TaskCompletionSource<HostnameListing> read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan Until => until;

    /// <summary>Completes, never faulted, once all pages are read.</summary>
    public Task<HostnameListing> Read => read.Task;

    /// <summary>Why it could not be read completely.</summary>
    public ApiFailure? Failure { get; private set; }

    public CustomHostname? Find(string hostname) => outdated.ContainsKey(hostname) ? null : hostnames.GetValueOrDefault(hostname);

    public void Forget(string hostname) => outdated[hostname] = true;

    /// <summary>Reads the pages and completes <see cref="Read"/>; does not throw. Each request has its own time limit.</summary>
    public async Task BeginAsync(CloudflareClient client, HostnameFilter filter)
    {
        try
        {
            for (var page = 1; page <= HostnameDirectory.MaxPages; page++)
            {
                var answer = await client.ListAsync(filter, page, CancellationToken.None);
                if (answer is ApiAnswer<HostnamePage>.Failed { Failure: var failure })
                {
                    Failure = failure;
                    break;
                }
                if (answer is ApiAnswer<HostnamePage>.Ok { Value: var found } && Take(found))
                    break;
            }
        }
        catch (Exception exception)
        {
            Failure = new ApiFailure.Transient(FailureReader.Line(exception.Message));
        }
        read.SetResult(this);
    }

    private bool Take(HostnamePage page)
    {
        foreach (var hostname in page.Hostnames)
            hostnames[hostname.Hostname] = hostname;
        return page.IsLast;
    }
}
