using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application.Notifications;
using MtaSts.Web.Notifications;

namespace MtaSts.Host.Dashboard;

/// <summary>
/// Pages for recipients of notices, who have no account. GET shows what the link would do and changes nothing, because programs that scan mails open links. POST carries it out: from the page's form, or from a
/// mail program's one click (RFC 8058 §3.2), which sends neither cookies nor an antiforgery token. The body is not read: the link contains everything.
/// </summary>
internal static class RecipientPages
{
    public static void MapRecipients(this IEndpointRouteBuilder routes)
    {
        foreach (var purpose in new[] { RecipientLinks.Confirm, RecipientLinks.Unsubscribe })
        {
            var path = $"{RecipientLinks.Path}/{purpose}/{{token}}";
            routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], async (string token, RecipientCommands commands) => Page(purpose, await commands.Read(purpose, token), isDone: false)).AllowAnonymous().ExcludeFromDescription();
            routes.MapPost(path, async (string token, RecipientCommands commands) => Page(purpose, await commands.Run(purpose, token), isDone: true)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static RazorComponentResult<RecipientPage> Page(string purpose, Grains.CommandResult<RecipientView> result, bool isDone) => new(new Dictionary<string, object?>
    {
        [nameof(RecipientPage.IsConfirmation)] = purpose == RecipientLinks.Confirm,
        [nameof(RecipientPage.View)] = result.Value,
        [nameof(RecipientPage.IsDone)] = isDone && result.IsDone,
    })
    { StatusCode = result.IsDone ? StatusCodes.Status200OK : StatusCodes.Status404NotFound };
}
