namespace Consensus.Cli.Demo.View;

/// <summary>Shows a running demo.</summary>
internal interface IDemoView
{
    /// <summary>Shows what is on the board until the demo has ended.</summary>
    /// <param name="board">What is known.</param>
    /// <param name="demo">Completes when the demo has ended; the view does not look at how.</param>
    Task ShowAsync(DemoBoard board, Task demo);
}
