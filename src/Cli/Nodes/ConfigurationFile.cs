using System.Text.Json;
using Consensus.Cli.Output;
using Consensus.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Consensus.Cli.Nodes;

/// <summary>
/// The file that configures a stand-alone node. Beside the node's own section it may say what is logged; nothing else reads the file, so a
/// key that is neither is a mistake.
/// </summary>
internal sealed class ConfigurationFile
{
    /// <summary>The section with the settings of the node.</summary>
    public const string NodeSection = "Consensus";

    /// <summary>The section that says what is logged, as .NET reads it.</summary>
    public const string LoggingSection = "Logging";

    /// <summary>Tells editors where the schema is.</summary>
    private const string SchemaKey = "$schema";

    private const string LevelsKey = "LogLevel";
    private const string ConsoleKey = "Console";

    private ConfigurationFile(IConfigurationRoot settings, IReadOnlyList<string> problems) => (Settings, Problems) = (settings, problems);

    /// <summary>What is in the file.</summary>
    public IConfigurationRoot Settings { get; }

    /// <summary>What is wrong with all but the node's own section: a sentence for each key.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It is missing, cannot be read, is not JSON, or has no section for a node.</exception>
    public static ConfigurationFile Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{path} is a folder; allowed: a configuration file, such as the node-1.json that init writes.");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"There is no configuration file {path}. Write one with: consensus init --directory {Path.GetDirectoryName(path)}");
        }

        var settings = Parse(path);
        return settings.GetSection(NodeSection).Exists()
            ? new ConfigurationFile(settings, [.. KeyProblems(settings), .. LoggingProblems(settings.GetSection(LoggingSection))])
            : throw new UsageException($"{path} has no section \"{NodeSection}\"; allowed: {{ \"{NodeSection}\": {{ … }} }} with the settings of one node, as init writes it.");
    }

    private static IConfigurationRoot Parse(string path)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
        }
        catch (InvalidDataException exception)
        {
            var what = exception.InnerException?.InnerException is JsonException json ? JsonComplaint.Of(json) : exception.InnerException?.Message ?? exception.Message;
            throw new UsageException($"{path} is no configuration: {what}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {exception.Message}");
        }
    }

    private static IEnumerable<string> KeyProblems(IConfiguration settings) => Unknown(settings, NodeSection, LoggingSection, SchemaKey);

    private static IEnumerable<string> LoggingProblems(IConfigurationSection logging) =>
    [
        .. Unknown(logging, LevelsKey, ConsoleKey),
        .. LevelProblems(logging.GetSection(LevelsKey)),
        .. LevelProblems(logging.GetSection(ConsoleKey).GetSection(LevelsKey)),
    ];

    private static IEnumerable<string> LevelProblems(IConfigurationSection levels) => levels.GetChildren()
        .Where(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
        .Select(level => $"{level.Path} is {(level.Value is null ? "an object or null" : SettingFormat.Show(level.Value))}; allowed: one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    private static IEnumerable<string> Unknown(IConfiguration settings, params string[] known) => settings.GetChildren()
        .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => NearestName.Complain(child.Path, child.Key, known));
}
