using System.CommandLine;
using Consensus.Cli.Client;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary>The options of every command that talks to a node, and the client that follows from them.</summary>
internal sealed class ClientOptions
{
    private const string Committed = "committed";
    private const string Certified = "certified";

    private readonly Option<string[]> _endpoint = new("--endpoint", "-e")
    {
        Description = $"Where nodes serve their API; several ones, separated by commas or repeated, are tried in turn. Without it: {Endpoints.EnvironmentVariable}, else {Endpoints.Default}.",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file with the token that the node asks for. Without it: {ApiAccess.TokenVariable}, else none.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _authorityFile = new("--ca")
    {
        Description = $"The certificates of the authorities to trust over HTTPS, such as the cluster's authority.crt. Without it: {ApiAccess.AuthorityVariable}, else what the machine trusts.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _clientKey = new("--client-key")
    {
        Description = "Sign the write with this key, as keys generate makes it, in a session that nobody can use without it. Needs --cluster.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "With --client-key: the identity of the cluster that the signature is for, as ClusterId in its nodes' configuration.",
        HelpName = "ID",
    };

    private readonly Option<string?> _waitFor = new("--wait-for")
    {
        Description = "When the write counts as done: committed (without it), which survives what the running engine survives; or certified, which also survives up to a third of the members lying, where the group can say so.",
        HelpName = "LEVEL",
    };

    private readonly Option<int> _timeout;
    private bool _signs;
    private bool _writes;

    private ClientOptions(int timeout) =>
        _timeout = CommonOptions.Number("--timeout", "How long to try, in seconds.", "S", timeout, min: 1, max: 3600);

    /// <summary>Gives a command these options and its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="work">Does it, and returns the exit code.</param>
    /// <param name="timeout">How long it tries unless it is told otherwise, in seconds.</param>
    /// <param name="writes">Whether it sends a command to a state machine.</param>
    /// <param name="signs">Whether that is one that the caller's key can sign.</param>
    /// <returns>The command.</returns>
    public static Command Complete(
        Command command, Terminal terminal, Func<ClientCall, CancellationToken, Task<int>> work, int timeout = 15, bool writes = false, bool signs = false)
    {
        var options = AddTo(command, timeout);
        if (writes)
        {
            options.AddLevelTo(command);
        }

        if (signs)
        {
            options.AddKeyTo(command);
        }

        command.Does(terminal, async (arguments, report, cancellationToken) =>
        {
            var client = options.CreateClient(arguments, report);
            await using var ownership = client.ConfigureAwait(false);
            return await work(new ClientCall(client, arguments, report), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Gives a command these options; it talks to a node only if it likes to.</summary>
    /// <param name="command">The command.</param>
    /// <param name="timeout">How long it tries unless it is told otherwise, in seconds.</param>
    public static ClientOptions AddTo(Command command, int timeout)
    {
        var options = new ClientOptions(timeout);
        command.Add(options._endpoint);
        command.Add(options._timeout);
        command.Add(options._tokenFile);
        command.Add(options._authorityFile);
        return options;
    }

    /// <summary>Whether the call, or the environment, says where nodes are.</summary>
    public bool NamesNodes(ParseResult arguments) =>
        arguments.GetValue(_endpoint) is { Length: > 0 } || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Endpoints.EnvironmentVariable));

    /// <summary>The client that follows from the options.</summary>
    /// <exception cref="UsageException">One of them cannot be used.</exception>
    public ApiClient CreateClient(ParseResult arguments, Report report)
    {
        var endpoints = Endpoints.Parse(arguments.GetValue(_endpoint) ?? [], Environment.GetEnvironmentVariable(Endpoints.EnvironmentVariable));
        var access = ApiAccess.Read(arguments.GetValue(_tokenFile), arguments.GetValue(_authorityFile), Environment.GetEnvironmentVariable);
        if (_signs && arguments.GetValue(_clientKey) is { } file)
        {
            access = access with { Signer = ClientSigner.Open(file, arguments.GetValue(_cluster)) };
        }

        var waitFor = _writes && arguments.GetValue(_waitFor) == Certified ? CommitLevel.Certified : CommitLevel.Committed;
        return new ApiClient(endpoints, TimeSpan.FromSeconds(arguments.GetRequiredValue(_timeout)), TimeProvider.System, report.Progress, access, waitFor);
    }

    private void AddLevelTo(Command command)
    {
        _writes = true;
        command.Add(_waitFor);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_waitFor) is { } level and not (Committed or Certified))
            {
                result.AddError($"--wait-for is {level}; allowed: {Committed} or {Certified}.");
            }
        });
    }

    private void AddKeyTo(Command command)
    {
        _signs = true;
        command.Add(_clientKey);
        command.Add(_cluster);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_cluster) is not null && result.GetValue(_clientKey) is null)
            {
                result.AddError("--cluster says something about --client-key, which is not there.");
            }
        });
    }
}
