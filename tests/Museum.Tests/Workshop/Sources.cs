using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Consensus.Museum.Tests.Workshop;

/// <summary>
/// Production projects as the compiler sees them: sources, and the few settings of their project files that change what the sources mean. Read
/// once, for all exhibits.
/// </summary>
internal sealed class Sources
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.None);

    // What ImplicitUsings means for Microsoft.NET.Sdk.
    private static readonly string[] ImplicitUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "Consensus.*.dll"))
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly ConcurrentDictionary<string, Lazy<Sources>> Projects = new(StringComparer.Ordinal);

    private readonly string _project;
    private readonly ImmutableDictionary<string, SyntaxTree> _trees;
    private readonly SyntaxTree _settings;
    private readonly bool _allowsUnsafe;
    private readonly bool _isCompletedByGenerators;

    private Sources(string project)
    {
        _project = project;
        var folder = Path.Combine(Root, project);
        var projectFile = XDocument.Load(Path.Combine(folder, $"Consensus.{project}.csproj"));
        _trees = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith($"{project}/obj/", StringComparison.Ordinal) && !path.StartsWith($"{project}/bin/", StringComparison.Ordinal))
            .ToImmutableDictionary(path => path, path => Parse(path, File.ReadAllText(Path.Combine(Root, path))), StringComparer.Ordinal);
        _settings = Parse("settings.cs", string.Concat(
            [
                .. ImplicitUsings.Select(name => $"global using global::{name};\n"),
                .. projectFile.Descendants("InternalsVisibleTo").Select(friend =>
                    $"[assembly: global::System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.Attribute("Include")!.Value}\")]\n"),
            ]));
        _allowsUnsafe = projectFile.Descendants("AllowUnsafeBlocks").Any(setting => bool.Parse(setting.Value));
        _isCompletedByGenerators = _trees.Values.Select(tree => tree.GetText().ToString())
            .Any(text => text.Contains("[LibraryImport(", StringComparison.Ordinal) || text.Contains(": JsonSerializerContext", StringComparison.Ordinal));
    }

    /// <summary>The folder <c>src</c> of the checkout.</summary>
    private static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "src"));

    /// <summary>A project of <c>src</c>.</summary>
    public static Sources Of(string project) => Projects.GetOrAdd(project, name => new Lazy<Sources>(() => new Sources(name))).Value;

    /// <summary>Compiles the project with some mutations.</summary>
    /// <returns>The assembly's image.</returns>
    public byte[] CompileWith(IEnumerable<Mutation> mutations)
    {
        var trees = _trees;
        foreach (var mutation in mutations)
        {
            var tree = trees.TryGetValue(mutation.Path, out var found) ? found : throw new InvalidOperationException(
                $"The exhibit must be hung anew: there is no file src/{mutation.Path} any more.");
            trees = trees.SetItem(mutation.Path, Parse(mutation.Path, mutation.ApplyTo(tree.GetText().ToString())));
        }

        var assembly = $"Consensus.{_project}";
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: _allowsUnsafe,
            nullableContextOptions: NullableContextOptions.Enable,
            generalDiagnosticOption: ReportDiagnostic.Suppress);
        Compilation compilation = CSharpCompilation.Create(
            assembly,
            trees.OrderBy(tree => tree.Key, StringComparer.Ordinal).Select(tree => tree.Value).Append(_settings),
            References.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != assembly),
            options);
        if (_isCompletedByGenerators)
        {
            GeneratorDriver driver = CSharpGeneratorDriver.Create(Generators(), parseOptions: ParseOptions);
            driver.RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        }

        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success
            ? image.ToArray()
            : throw new InvalidOperationException(
                $"{assembly} with the exhibit's bug does not compile:\n{string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(10))}");
    }

    private static SyntaxTree Parse(string path, string text) => CSharpSyntaxTree.ParseText(text, ParseOptions, path, System.Text.Encoding.UTF8);

    private static IEnumerable<ISourceGenerator> Generators() => typeof(Sources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SourceGenerators").Value!.Split(';')
        .SelectMany(path => new AnalyzerFileReference(path, new FromFile()).GetGenerators(LanguageNames.CSharp));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private sealed class FromFile : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
