using System.Text;
using System.Text.RegularExpressions;
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

    public IReadOnlyList<ChannelField> Fields { get; } = [new(Address, "Address", "The mail address that receives the notices, such as postmaster@example.com. The recipient gets a mail and must confirm.") { IsRecipient = true }];

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
            return new NoticeResult.Unavailable($"The mail server did not answer within {options.Timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure(exception, secrets);
        }
    }

    private async Task<NoticeResult> SendAsync(SmtpClient client, MimeMessage message, MailboxAddress from, MailboxAddress to, List<string> secrets, CancellationToken stop)
    {
        if (await MailConnection.OpenAsync(client, options, secrets, stop) is { } problem)
            return new NoticeResult.Unavailable(problem);
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
    /// Only a reply to the recipient that is about its mailbox concerns the channel. Every other reply and error concerns the operator's server or settings, such as 554 5.7.1 from a relay that does not know this
    /// service; the same mail may be accepted when the operator has corrected it.
    /// </summary>
    private static NoticeResult Failure(Exception exception, List<string> secrets) => exception switch
    {
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } refused when IsAboutMailbox(refused) =>
            (int)refused.StatusCode >= 500 ? new NoticeResult.Refused(Answer(refused, secrets)) : new NoticeResult.Failed(Answer(refused, secrets)),
        SmtpCommandException refused => new NoticeResult.Unavailable(Answer(refused, secrets)),
        AuthenticationException => new NoticeResult.Unavailable("The mail server refuses the account of this service. The operator must correct UserName, Password or PasswordFile of Modules:notice.mail."),
        SslHandshakeException => new NoticeResult.Unavailable("The mail server's certificate is not valid. The operator must check Host, Tls and CaPath of Modules:notice.mail."),
        NotSupportedException => new NoticeResult.Unavailable("The mail server does not offer STARTTLS or authentication. The operator must check Port, Tls and UserName of Modules:notice.mail."),
        _ => new NoticeResult.Unavailable("The service cannot connect to the mail server, or the connection was lost. If this persists, the operator must check Host and Port of Modules:notice.mail."),
    };

    /// <summary>By the enhanced status code: x.1 is about an address and x.2 about a mailbox (RFC 3463 §3.2, §3.3), x.1.7 and x.1.8 about the sender. Without one by the reply code (RFC 5321 §4.2.3).</summary>
    private static bool IsAboutMailbox(SmtpCommandException refused) =>
        Regex.Match(refused.Message, @"^[45]\.(\d{1,3})\.(\d{1,3})(?!\d)", RegexOptions.CultureInvariant) is { Success: true } code
            ? code.Groups[1].Value is "1" or "2" && !(code.Groups[1].Value == "1" && code.Groups[2].Value is "7" or "8")
            : (int)refused.StatusCode is 450 or 550 or 551 or 552 or 553;

    private static string Answer(SmtpCommandException refused, List<string> secrets) => $"The mail server answers {(int)refused.StatusCode} {Quote(refused.Message, secrets)}";

    private static string Quote(string reply, List<string> secrets) => NoticeText.Line(NoticeText.Redact(reply, secrets), MaxReply);
}
