using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Protocol;

namespace MtaSts.Modules.Certificates;

/// <summary>
/// A server certificate, its chain and its key in PEM files, loaded anew while the process runs: when the file system tells of a change, and by a look each
/// minute. Files that cannot be read, do not belong together, or hold an expired certificate leave the one before in use; the log and
/// <see cref="Problem"/> tell it. The log also tells when the renewal is late, by the share of the lifetime that is left.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
public sealed class CertificateFile : IDisposable, IReloadListener<LoadedCertificate>
{
    /// <summary>How often a certificate that should have been renewed is logged again.</summary>
    private static readonly TimeSpan RemindEvery = TimeSpan.FromDays(1);

    private readonly string name;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ReloadedFiles<LoadedCertificate> files;
    private CertificateTerm told;
    private long toldAt;

    /// <summary>Loads the files and begins to watch them. An expired certificate is taken here, as there is none before it; the log tells it.</summary>
    /// <param name="name">What the certificate is of, for the log: <c>Gateway</c>.</param>
    /// <param name="certificatePath">PEM file: the certificate first, then its chain.</param>
    /// <param name="keyPath">PEM file of its key, without a passphrase. It may be the same file.</param>
    /// <param name="clock">Of the looks and of validity.</param>
    /// <param name="logger">Where changes and problems are told. No key is ever logged.</param>
    /// <exception cref="InvalidOperationException">The files cannot be used; the message names the file and what to do.</exception>
    public CertificateFile(string name, string certificatePath, string keyPath, TimeProvider clock, ILogger logger)
    {
        (this.name, this.clock, this.logger) = (name, clock, logger);
        files = new ReloadedFiles<LoadedCertificate>(
            [certificatePath, keyPath], new Reader<LoadedCertificate>(texts => PemFiles.Pair(certificatePath, texts[0], keyPath, texts[1]), loaded => Objection(certificatePath, loaded)), this, clock);
        Remind(files.Current);
    }

    /// <summary>Another certificate is in use. Raised on a thread of its own choosing; must return soon.</summary>
    public event EventHandler? Changed;

    /// <summary>The certificate in use.</summary>
    public LoadedCertificate Current => files.Current;

    /// <summary>Why the files that stand there now are not used; null when they are. It names paths: for the operator.</summary>
    public string? Problem => files.Problem;

    /// <summary>How near the certificate in use is to its end.</summary>
    public CertificateTerm Term => TermOf(Current);

    /// <summary>What the operator should know, in one line without paths, which strangers may read too; null when there is nothing.</summary>
    public string? Note
    {
        get
        {
            var end = Current.NotAfter.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            var term = Term switch
            {
                CertificateTerm.RenewalLate => $"The certificate ends on {end} UTC and has not been renewed.",
                CertificateTerm.RenewalUrgent => $"The certificate ends on {end} UTC and has not been renewed: renew it now.",
                CertificateTerm.NotValid => $"The certificate is not valid now (its end is {end} UTC): clients refuse it.",
                _ => null,
            };
            var files = Problem is null ? null : "Its new files cannot be used; the log says why.";
            return term is null ? files : files is null ? term : $"{term} {files}";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    void IReloadListener<LoadedCertificate>.Loaded(LoadedCertificate value)
    {
        told = CertificateTerm.Good;
        CertificateLog.Loaded(logger, name, value.NotAfter.UtcDateTime, string.Join(", ", value.Names));
        Changed?.Invoke(this, EventArgs.Empty);
    }

    void IReloadListener<LoadedCertificate>.Kept(string problem) => CertificateLog.Kept(logger, name, problem);

    void IReloadListener<LoadedCertificate>.Recovered() => CertificateLog.Recovered(logger, name);

    void IReloadListener<LoadedCertificate>.Looked(LoadedCertificate value, string? problem) => Remind(value);

    private string? Objection(string path, LoadedCertificate loaded)
    {
        var now = clock.GetUtcNow();
        return now >= loaded.NotAfter ? $"The certificate in {path} ended on {loaded.NotAfter.UtcDateTime:u}. Replace it by one that is valid."
            : now < loaded.NotBefore ? $"The certificate in {path} is not valid before {loaded.NotBefore.UtcDateTime:u}. It is used from then on; see whether this machine's clock is right."
            : null;
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
