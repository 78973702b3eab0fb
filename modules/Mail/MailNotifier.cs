using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Mail;

/// <summary>Sends a notice through the operator's mail server, with one connection for each mail.</summary>
internal sealed class MailNotifier(MailOptions options, TimeProvider clock) : INotifier
{
    public const string NotifierId = "notice.mail";
    private const string Address = "address";

    /// <summary>Longest quotation of a server's reply in a problem, in characters.</summary>
    private const int MaxReply = 200;

    public string Id => NotifierId;

    public IReadOnlyList<ChannelField> Fields { get; } = [new(Address, "Address", "The mail address that receives the notices, such as postmaster@example.com.")];

    public IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Fields.Problems(settings) is { Count: > 0 } problems ? problems
            : MailAddress.Read(settings[Address]) is null ? [new ChannelProblem(Address, "Enter one mail address without a name, such as postmaster@example.com.")]
            : [];
    }

    public async Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken)
    {
        if (Validate(settings) is [var problem, ..])
            return new NoticeResult.Refused(problem.Problem);
        var (from, to) = (MailAddress.ReadSender(options.From!)!, MailAddress.Read(settings[Address])!);
        using var message = MailMessage.Write(notice, from, to);
        using var time = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        using var client = new SmtpClient();
        List<string> secrets = [];
        try
        {
            return await SendAsync(client, message, from, to, secrets, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NoticeResult.Failed($"The mail server did not answer within {options.Timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure(exception, secrets);
        }
    }

    private async Task<NoticeResult> SendAsync(SmtpClient client, MimeMessage message, MailboxAddress from, MailboxAddress to, List<string> secrets, CancellationToken stop)
    {
        if (await MailConnection.OpenAsync(client, options, secrets, stop) is { } problem)
            return new NoticeResult.Failed(problem);
        var format = FormatOptions.Default.Clone();
        format.International = !Ascii.IsValid(to.LocalPart) || !Ascii.IsValid(from.LocalPart);
        if (!format.International)
            client.Capabilities &= ~SmtpCapabilities.UTF8; // Otherwise MailKit would write U-labels, which the next server may not support.
        else if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            return new NoticeResult.Refused("The mail server does not support addresses with characters outside ASCII (SMTPUTF8, RFC 6531). Enter an address in ASCII.");
        var reply = await client.SendAsync(format, message, from, [to], stop);
        try
        {
            await client.DisconnectAsync(quit: true, stop);
        }
        catch (Exception)
        {
            // The server has already accepted the mail.
        }
        return new NoticeResult.Delivered($"250 {Quote(reply, secrets)}");
    }

    /// <summary>
    /// Only a reply to the recipient or to the mail itself concerns the channel, and can be final. Every other error concerns the operator's server or settings; the same
    /// mail may be accepted when the operator has corrected it.
    /// </summary>
    private static NoticeResult Failure(Exception exception, List<string> secrets) => exception switch
    {
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted } refused when (int)refused.StatusCode >= 500 =>
            new NoticeResult.Refused($"The mail server answers {(int)refused.StatusCode} {Quote(refused.Message, secrets)}"),
        SmtpCommandException refused => new NoticeResult.Failed($"The mail server answers {(int)refused.StatusCode} {Quote(refused.Message, secrets)}"),
        AuthenticationException => new NoticeResult.Failed("The mail server refuses the account of this service. The operator must correct UserName, Password or PasswordFile of Modules:notice.mail."),
        SslHandshakeException => new NoticeResult.Failed("The mail server's certificate is not valid. The operator must check Host, Tls and CaPath of Modules:notice.mail."),
        NotSupportedException => new NoticeResult.Failed("The mail server does not offer STARTTLS or authentication. The operator must check Port, Tls and UserName of Modules:notice.mail."),
        _ => new NoticeResult.Failed("The service cannot connect to the mail server, or the connection was lost. If this persists, the operator must check Host and Port of Modules:notice.mail."),
    };

    private static string Quote(string reply, List<string> secrets) => NoticeText.Line(NoticeText.Redact(reply, secrets), MaxReply);
}
