using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Mail;

public sealed class MailContractTests : NotifierContract, IAsyncDisposable
{
    private readonly SmtpReceiver receiver = new();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    protected override Task<NotifierScene> SetUpAsync()
    {
        string[] wrong =
        [
            "nonsense", "@example.com", "a@", "a@b", "a b@example.com", "a@example.com, b@example.com", "a@example.com;b@example.com", "Name <a@example.com>", "<a@example.com>", "(comment)a@example.com",
            "a@example.com(comment)", "a@[127.0.0.1]", "a@127.0.0.1", "group: a@example.com;", "a@example.com>\r\nRCPT TO:<b@example.com", $"{new string('a', 65)}@example.com", "a@-example.com",
        ];
        string[] secrets = [SmtpReceiver.Password, Base64(SmtpReceiver.Password), Base64($"\0alerts\0{SmtpReceiver.Password}")];
        receiver.Echo = string.Join(' ', secrets);
        return Task.FromResult(new NotifierScene(
            receiver.Notifier(("UserName", "alerts"), ("Password", SmtpReceiver.Password)), SmtpReceiver.Channel(), [.. wrong.Select(address => ("address", SmtpReceiver.Channel(address)))], secrets,
            mood => receiver.Mood = mood, () => [.. receiver.Mails.Select(mail => mail.MessageId![..mail.MessageId!.IndexOf('@', StringComparison.Ordinal)])], () =>
            {
                receiver.Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.CompletedTask;
            }));
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
