using System.Text.Json;
using Consensus.Client.Calls;

namespace Consensus.Cli.Client;

/// <summary>What the tool makes of a node's answers: documents to show, and failures with their exit codes.</summary>
internal static class ApiAnswers
{
    /// <summary>The body as JSON.</summary>
    /// <exception cref="CommandFailedException">It is something else.</exception>
    public static JsonElement Json(this ApiAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException($"The node's answer is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>This answer, if it is a success.</summary>
    /// <exception cref="UsageException">It is none, because what was asked for can never be done.</exception>
    /// <exception cref="CommandFailedException">It is none for another reason; the message says which.</exception>
    public static ApiAnswer OrFail(this ApiAnswer answer) => answer.Problem is not { } problem ? answer
        : problem.IsWrongUsage ? throw new UsageException(Describe(problem))
        : throw new CommandFailedException(Describe(problem));

    private static string Describe(ApiProblem problem) => problem.Code.Length == 0 ? problem.Detail : $"{problem.Detail} [{problem.Code}]";
}
