export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold tracking-[-0.01em]">
      <svg aria-hidden viewBox="0 0 32 32" className="size-7">
        <rect width="32" height="32" rx="8" fill="#12343f" />
        <path d="M6 20h6l4-9 4 14 3-8h3" fill="none" stroke="#8fd4e6" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      TradeFlow
    </span>
  );
}
