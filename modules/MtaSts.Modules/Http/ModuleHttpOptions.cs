namespace MtaSts.Modules.Http;

/// <summary>
/// Limits of all HTTP clients of one module together. A module changes them in <see cref="IModule.Configure"/>:
/// <c>builder.Services.Configure&lt;ModuleHttpOptions&gt;(http =&gt; http.MaxAttempts = 1)</c>.
/// </summary>
public sealed class ModuleHttpOptions
{
    /// <summary>Time of one attempt, from the connection to the last byte of the body. Default 9 s: three calls in a row fit into the 30 s that the host gives a provider.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>Time of a request with its repetitions and waits. Default 27 s, less than the 30 s that the host gives a provider.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(27);

    /// <summary>Attempts of one request, the first included. Default 3; with 1, no request is repeated.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Longest wait before a repetition. Default 5 s. A response whose Retry-After is longer is returned at once.</summary>
    public TimeSpan MaxRetryWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Concurrent requests, and connections to one server. Default 8, the host's concurrent calls of a provider. Bounds: memory, which is at most this times <see cref="MaxResponseBytes"/>.</summary>
    public int MaxConcurrentRequests { get; set; } = 8;

    /// <summary>Requests that wait for one of the concurrent ones to end. Default 100; further ones fail at once. Bounds: a module that sends faster than the server answers.</summary>
    public int MaxQueuedRequests { get; set; } = 100;

    /// <summary>Bytes of a response's body, which is read into memory. Default 1 MiB. Bounds: a server that sends without end.</summary>
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}
