using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace MtaSts.Modules.Certificates;

/// <summary>
/// Certificates of trusted authorities in a PEM file, reloaded at run time like <see cref="CertificateFile"/>. If the file cannot be read, or
/// contains no certificate or only expired ones, the previous ones stay in use.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
public sealed class AuthorityFile : IDisposable, IReloadListener<X509Certificate2Collection>
{
    private readonly string name;
    private readonly ILogger logger;
    private readonly ReloadedFiles<X509Certificate2Collection> file;

    /// <summary>Loads the file and starts to watch it.</summary>
    /// <param name="name">The setting or purpose, for the log: <c>Outside:TrustedRootsPath</c>.</param>
    /// <param name="path">PEM file of one or more certificates.</param>
    /// <param name="clock">Clock for checks and validity.</param>
    /// <param name="logger">Log of changes and problems.</param>
    /// <exception cref="InvalidOperationException">The file cannot be used; the message names it and says what to do.</exception>
    public AuthorityFile(string name, string path, TimeProvider clock, ILogger logger)
    {
        (this.name, this.logger) = (name, logger);
        file = new ReloadedFiles<X509Certificate2Collection>([path], new Reader<X509Certificate2Collection>(
            texts => PemFiles.Certificates(path, texts[0]),
            all => all.All(certificate => clock.GetUtcNow() >= certificate.NotAfter.ToUniversalTime()) ? $"All certificates in {path} have expired. Replace them with valid ones." : null), this, clock);
    }

    /// <summary>Raised when other certificates come into use, on any thread; handlers must return soon.</summary>
    public event EventHandler? Changed;

    /// <summary>The certificates in use. The collection is replaced as a whole, never changed: do not change it either.</summary>
    public X509Certificate2Collection Current => file.Current;

    /// <summary>Why the current file is not used; null when it is. Contains the path, for the operator.</summary>
    public string? Problem => file.Problem;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    void IReloadListener<X509Certificate2Collection>.Loaded(X509Certificate2Collection value)
    {
        CertificateLog.AuthoritiesLoaded(logger, name, value.Count);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    void IReloadListener<X509Certificate2Collection>.Kept(string problem) => CertificateLog.Kept(logger, name, problem);

    void IReloadListener<X509Certificate2Collection>.Recovered() => CertificateLog.Recovered(logger, name);

    void IReloadListener<X509Certificate2Collection>.Looked(X509Certificate2Collection value, string? problem)
    {
    }
}
