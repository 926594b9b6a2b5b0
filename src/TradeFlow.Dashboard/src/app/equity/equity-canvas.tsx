import { AreaSeries, ColorType, createChart, LineStyle, TickMarkType, type IChartApi, type Time, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { EquityPoint } from '@/api/types';
import { money } from '@/ui/format';
import { timeText } from '@/ui/time';

const themeOf = (): string => document.documentElement.dataset['theme'] ?? 'light';

function onTheme(changed: () => void): () => void {
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => watch.disconnect();
}

interface Props {
  points: readonly EquityPoint[];
  currency: string;
  zone: string;
  compact: boolean;
}

export default function EquityCanvas(props: Props) {
  // The colours are those of the theme: another one is another drawing.
  return <Drawing key={useSyncExternalStore(onTheme, themeOf)} {...props} />;
}

function Drawing({ points, currency, zone, compact }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const chart = draw(box.current, points, currency, zone, compact);
    return () => chart.remove();
  }, [points, currency, zone, compact]);
  return <div ref={box} className="h-full w-full" />;
}

function draw(box: HTMLDivElement, points: readonly EquityPoint[], currency: string, zone: string, compact: boolean): IChartApi {
  const paint = palette();
  const timeOf = (time: Time): string => (typeof time === 'number' ? timeText(new Date(time * 1000).toISOString(), zone) : '');
  const chart = createChart(box, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: paint('--muted'),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 12,
      // It would add a style element, which the policy of the page takes from nobody; the name stands below the chart.
      attributionLogo: false,
      panes: { separatorColor: paint('--line'), enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: paint('--line'), style: LineStyle.Dotted } },
    rightPriceScale: { borderVisible: false },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, fixLeftEdge: true, fixRightEdge: true, tickMarkFormatter: tickIn(zone) },
    localization: { timeFormatter: timeOf, priceFormatter: (amount: number) => money(amount, currency) },
    // The page scrolls, not the chart.
    handleScroll: false,
    handleScale: false,
  });
  const common = { lineWidth: 2, priceLineVisible: false, lastValueVisible: !compact } as const;
  const equity = chart.addSeries(AreaSeries, { ...common, lineColor: paint('--accent'), topColor: paint('--accent', 0.28), bottomColor: paint('--accent', 0.02) });
  equity.setData(rowsOf(points, (point) => point.equity));
  if (!compact) {
    const fall = chart.addSeries(AreaSeries, { ...common, lineColor: paint('--down'), topColor: paint('--down', 0.05), bottomColor: paint('--down', 0.25) }, 1);
    fall.setData(rowsOf(points, (point) => -point.drawdown));
    chart.panes()[0]?.setStretchFactor(3);
    chart.panes()[1]?.setStretchFactor(1);
  }
  chart.timeScale().fitContent();
  return chart;
}

/** The marks of the time scale, by the clock that the user chose. */
function tickIn(zone: string): (time: Time, mark: TickMarkType) => string | null {
  const forms: Partial<Record<TickMarkType, Intl.DateTimeFormatOptions>> = {
    [TickMarkType.Year]: { year: 'numeric' },
    [TickMarkType.Month]: { month: 'short' },
    [TickMarkType.DayOfMonth]: { day: 'numeric', month: 'short' },
  };
  return (time, mark) => {
    const form = forms[mark] ?? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return typeof time === 'number' ? new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...form }).format(new Date(time * 1000)) : null;
  };
}

/** One row a second, the last of it: the chart takes no two of one time. */
function rowsOf(points: readonly EquityPoint[], value: (point: EquityPoint) => number): { time: UTCTimestamp; value: number }[] {
  const rows = new Map<number, number>();
  for (const point of points) rows.set(Math.floor(Date.parse(point.at) / 1000), value(point));
  // The library brands its numbers of seconds.
  return [...rows].map(([time, amount]) => ({ time: time as UTCTimestamp, value: amount }));
}

/** The theme's colours as the chart reads them: it knows no oklch. */
function palette(): (name: string, alpha?: number) => string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const style = getComputedStyle(document.documentElement);
  return (name, alpha = 1) => {
    if (pen === null) return `rgba(128, 128, 128, ${alpha})`;
    pen.fillStyle = style.getPropertyValue(name).trim();
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data;
    return `rgba(${r}, ${g}, ${b}, ${alpha})`;
  };
}
