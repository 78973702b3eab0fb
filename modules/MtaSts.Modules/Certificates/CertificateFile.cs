using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Protocol;

namespace MtaSts.Modules.Certificates;

/// <summary>
/// A server certificate, its chain and its key in PEM files, reloaded at run time: after a notification of the file system, and by a check each
/// minute. If the files cannot be read, do not match, or contain an expired certificate, the previous one stays in use. The same applies to a
/// certificate that lacks names of the one in use, while that is valid: clients that request them would be refused. The log and <see cref="Problem"/>
/// report it. The log also reports a late renewal, by the remaining share of the lifetime.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
public sealed class CertificateFile : IDisposable, IReloadListener<LoadedCertificate>
{
    /// <summary>How often a certificate that should have been renewed is logged again.</summary>
    private static readonly TimeSpan RemindEvery = TimeSpan.FromDays(1);

    /// <summary>Names listed in one message: a certificate may have hundreds.</summary>
    private const int MaxNames = 5;

    private readonly string name;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ReloadedFiles<LoadedCertificate> files;
    private LoadedCertificate? inUse;
    private volatile string? lacking;
    private volatile string? lost;
    private CertificateTerm told;
    private long toldAt;

    /// <summary>Loads the files and starts to watch them. An expired certificate is accepted here, because there is no previous one; it is logged.</summary>
    /// <param name="name">The owner of the certificate, for the log: <c>Gateway</c>.</param>
    /// <param name="certificatePath">PEM file: the certificate first, then its chain.</param>
    /// <param name="keyPath">PEM file of its key, without a passphrase. It may be the same file.</param>
    /// <param name="clock">Clock for checks and validity.</param>
    /// <param name="logger">Log of changes and problems. Keys are never logged.</param>
    /// <exception cref="InvalidOperationException">The files cannot be used; the message contains the file and what to do.</exception>
    public CertificateFile(string name, string certificatePath, string keyPath, TimeProvider clock, ILogger logger)
    {
        (this.name, this.clock, this.logger) = (name, clock, logger);
        files = new ReloadedFiles<LoadedCertificate>(
            [certificatePath, keyPath], new Reader<LoadedCertificate>(texts => PemFiles.Pair(certificatePath, texts[0], keyPath, texts[1]), loaded => Objection(certificatePath, loaded)), this, clock);
        Remind(files.Current);
    }

    /// <summary>Raised when another certificate comes into use, on any thread; handlers must return soon.</summary>
    public event EventHandler? Changed;

    /// <summary>The certificate in use.</summary>
    public LoadedCertificate Current => files.Current;

    /// <summary>Why the current files are not used; null when they are. Contains paths, for the operator.</summary>
    public string? Problem => files.Problem;

    /// <summary>Remaining validity of the certificate in use.</summary>
    public CertificateTerm Term => TermOf(Current);

    /// <summary>A one-line note to the operator without paths, safe to publish; null when there is none.</summary>
    public string? Note
    {
        get
        {
            var end = Current.NotAfter.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            var term = Term switch
            {
                CertificateTerm.RenewalLate => $"The certificate expires on {end} UTC and has not been renewed. Check its renewal.",
                CertificateTerm.RenewalUrgent => $"The certificate expires on {end} UTC and has not been renewed. Renew it now.",
                CertificateTerm.NotValid => $"The certificate is not valid now (it expires on {end} UTC). Clients refuse it. Renew it.",
                _ => null,
            };
            var files = Problem is null ? null
                : lacking is { } names ? $"The new certificate in its files does not cover {names}. The previous certificate stays in use until it expires on {end} UTC. Issue one for all names, or restart the service to use the new one."
                : "The new files cannot be used. The log has the cause.";
            var gone = lost is null ? null : $"The certificate does not cover {lost}, which the previous certificate covered. Clients that request them are refused.";
            return string.Join(' ', new[] { term, gone, files }.OfType<string>()) is { Length: > 0 } note ? note : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    void IReloadListener<LoadedCertificate>.Loaded(LoadedCertificate value)
    {
        told = CertificateTerm.Good;
        CertificateLog.Loaded(logger, name, value.NotAfter.UtcDateTime, string.Join(", ", value.Names));
        lost = inUse is null ? null : Missing(inUse, value);
        if (lost is not null)
            CertificateLog.Lost(logger, name, lost);
        inUse = value;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    void IReloadListener<LoadedCertificate>.Kept(string problem) => CertificateLog.Kept(logger, name, problem);

    void IReloadListener<LoadedCertificate>.Recovered() => CertificateLog.Recovered(logger, name);

    void IReloadListener<LoadedCertificate>.Looked(LoadedCertificate value, string? problem) => Remind(value);

    private string? Objection(string path, LoadedCertificate loaded)
    {
        var now = clock.GetUtcNow();
        lacking = now >= loaded.NotBefore && now < loaded.NotAfter && now < Current.NotAfter ? Missing(Current, loaded) : null;
        return now >= loaded.NotAfter ? $"The certificate in {path} expired on {loaded.NotAfter.UtcDateTime:u}. Replace it with a valid one."
            : now < loaded.NotBefore ? $"The certificate in {path} is not valid before {loaded.NotBefore.UtcDateTime:u}. It is used from then on. Check the clock of this machine."
            : lacking is not null ? $"The certificate in {path} does not cover {lacking}; the one in use covers them until {Current.NotAfter.UtcDateTime:u}. Issue one for all names, or restart the service to use the new one."
            : null;
    }

    /// <summary>The names of one certificate that are missing in the other; null when there are none.</summary>
    private static string? Missing(LoadedCertificate before, LoadedCertificate after)
    {
        var names = before.Names.Where(name => !after.Covers(name)).ToArray();
        return names.Length == 0 ? null : string.Join(", ", names.Take(MaxNames)) + (names.Length > MaxNames ? $" and {names.Length - MaxNames} more" : "");
    }

    private void Remind(LoadedCertificate value)
    {
        var term = TermOf(value);
        if (term == CertificateTerm.Good || (term <= told && clock.GetElapsedTime(toldAt) < RemindEvery))
            return;
        (told, toldAt) = (term, clock.GetTimestamp());
        var end = value.NotAfter.UtcDateTime;
        if (term == CertificateTerm.RenewalLate)
            CertificateLog.Late(logger, name, end);
        else if (term == CertificateTerm.RenewalUrgent)
            CertificateLog.Urgent(logger, name, end);
        else
            CertificateLog.NotValid(logger, name, value.NotBefore.UtcDateTime, end);
    }

    private CertificateTerm TermOf(LoadedCertificate value) => CertificateTerms.Judge(value.NotBefore, value.NotAfter, clock.GetUtcNow());
}
