using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>A page of a list; pass <paramref name="Next"/> as <c>?next=</c> to get the following one.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Turns results of the application into responses.</summary>
internal static class Answers
{
    /// <summary>Items of a page when the caller does not specify a limit.</summary>
    private const int DefaultLimit = 50;

    public static int Limit(int? limit) => Math.Clamp(limit ?? DefaultLimit, 1, DomainQueries.MaxPage);

    public static Results<Ok<TResource>, ProblemHttpResult> Ok<T, TResource>(this CommandResult<T> result, Func<T, TResource> resource) where T : class =>
        result.IsDone ? TypedResults.Ok(resource(result.Value)) : Problems.Of(result.Refusal!);

    public static Results<Ok<ListPage<TResource>>, ProblemHttpResult> OkPage<T, TResource>(this CommandResult<Page<T>> result, Func<T, TResource> resource) =>
        result.Ok(page => new ListPage<TResource>([.. page.Items.Select(resource)], page.Next));

    public static Results<Ok<ListPage<TResource>>, ProblemHttpResult> OkList<T, TResource>(this CommandResult<IReadOnlyList<T>> result, Func<T, TResource> resource) =>
        result.Ok(items => new ListPage<TResource>([.. items.Select(resource)], null));

    /// <summary>The call, and the authorization policy of the permission that it needs.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder call, string permission) => call.RequireAuthorization(permission);
}
