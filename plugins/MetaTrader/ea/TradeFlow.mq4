//+------------------------------------------------------------------+
//| TradeFlow for MetaTrader 4                                       |
//|                                                                  |
//| Reports the account every second and runs the commands that come |
//| with the answer. It never trades on its own.                     |
//|                                                                  |
//| Before use: Tools, Options, Expert Advisors, "Allow WebRequest   |
//| for listed URL": add the address that stands in ServerUrl.       |
//| One chart of one terminal per account.                           |
//+------------------------------------------------------------------+
#property copyright "TradeFlow"
#property version   "1.10"
#property strict
#property description "Connects this account to TradeFlow. The password of the account stays in this terminal."

input string ServerUrl      = "https://";  // Address of TradeFlow, as its set-up page shows it
input string AgentKey       = "";          // Agent key of the account, from its set-up page (not the API key)
input int    SlippagePoints = 30;          // Largest slippage of a market order, in points
input int    TimeoutMs      = 5000;        // How long to wait for an answer, in milliseconds

#define EA_VERSION        "1.1"
#define MAX_SYMBOLS       500
#define MAX_RESULTS       50
#define UNCLEAR_SECONDS   120
#define KEEP_SECONDS      172800

// One command that this terminal has seen. It is written to a file before it is run and after it, so that a restart runs nothing twice.
struct Run
  {
   string            id;
   string            verb;
   string            symbol;
   string            command_ticket;
   long              magic;
   double            command_lots;
   double            lots_before;
   long              begun;
   bool              has_result;
   bool              reported;
   string            status;
   int               retcode;
   string            ticket;
   double            price;
   double            lots;
   bool              has_profit;
   double            profit;
   string            message;
  };

Run    g_runs[];
string g_instance    = "";
string g_file        = "";
int    g_handle      = INVALID_HANDLE;
int    g_interval    = 1000;
bool   g_busy        = false;
uint   g_connected   = 0;
long   g_offset      = 0;
datetime g_last_quote = 0;
string g_shown       = "";

//+------------------------------------------------------------------+
//| Start and end                                                    |
//+------------------------------------------------------------------+
int OnInit()
  {
   if(StringLen(AgentKey) < 20 || StringFind(ServerUrl, "http") != 0)
     {
      Show("set ServerUrl and AgentKey in the inputs");
      return(INIT_PARAMETERS_INCORRECT);
     }
   // The key of the alerts stands in addresses that others see: it opens nothing here.
   if(StringFind(AgentKey, "-agent_") < 0)
     {
      Show("this is not an agent key: copy the agent key from the set-up page");
      return(INIT_PARAMETERS_INCORRECT);
     }
   if(!EventSetMillisecondTimer(g_interval))
      return(INIT_FAILED);
   Show("starting");
   return(INIT_SUCCEEDED);
  }

void OnDeinit(const int reason)
  {
   EventKillTimer();
   if(g_handle != INVALID_HANDLE)
      FileClose(g_handle);
   g_handle = INVALID_HANDLE;
   Comment("");
  }

void OnTimer()
  {
   if(g_busy)
      return;
   g_busy = true;
   Beat();
   g_busy = false;
  }

//+------------------------------------------------------------------+
//| One round: report, run what comes along, report that at once     |
//+------------------------------------------------------------------+
void Beat()
  {
   // Without a broker the lists of this terminal may be old or empty: silence is more honest than a wrong report.
   if(!IsConnected() || AccountNumber() == 0)
     {
      g_connected = 0;
      Show("the terminal has no connection to the broker");
      return;
     }
   if(g_connected == 0)
      g_connected = GetTickCount();
   if(GetTickCount() - g_connected < 3000)
      return;
   // Here, because the login is not known before. The file is opened for one program alone: a second chart finds it taken.
   if(g_handle == INVALID_HANDLE && !OpenMemory())
     {
      Show("its file cannot be opened; is TradeFlow on another chart already?");
      return;
     }

   MeasureOffset();
   // The server takes three reports a second.
   for(int round = 0; round < 3; round++)
     {
      LookAgain();
      string sent[];
      string body   = BuildReport(sent);
      string answer = "";
      uint   began  = GetTickCount();
      int    status = Post(body, answer);
      if(status != 200)
        {
         // 429 behind another report: what is left to tell is told with the next one.
         if(status != 429 || round == 0)
            ShowFailure(status, answer);
         return;
        }
      MarkReported(sent);
      Show("connected, " + TimeToString(TimeLocal(), TIME_DATE | TIME_SECONDS));
      TakeInterval(answer);
      RunCommands(answer, began);
      if(!HasNews())
         return;
     }
  }

int Post(const string body, string &answer)
  {
   char   data[];
   char   result[];
   string headers = "Content-Type: application/json\r\nAuthorization: Bearer " + AgentKey + "\r\n";
   string answered = "";
   int    length  = StringToCharArray(body, data, 0, WHOLE_ARRAY, CP_UTF8);
   // The text ends with a zero, which is no part of the JSON.
   if(length > 0 && data[length - 1] == 0)
      ArrayResize(data, length - 1);
   ResetLastError();
   int status = WebRequest("POST", Url() + "/api/ea/heartbeat", headers, TimeoutMs, data, result, answered);
   if(status == -1)
     {
      answer = IntegerToString(GetLastError());
      return(-1);
     }
   answer = CharArrayToString(result, 0, WHOLE_ARRAY, CP_UTF8);
   return(status);
  }

string Url()
  {
   string url = StringTrimRight(StringTrimLeft(ServerUrl));
   while(StringLen(url) > 1 && StringSubstr(url, StringLen(url) - 1) == "/")
      url = StringSubstr(url, 0, StringLen(url) - 1);
   return(url);
  }

void TakeInterval(const string answer)
  {
   int wanted = (int)JsonNumber(answer, "interval_ms");
   if(wanted < 200 || wanted > 10000 || wanted == g_interval)
      return;
   g_interval = wanted;
   EventKillTimer();
   EventSetMillisecondTimer(g_interval);
  }

//+------------------------------------------------------------------+
//| The report                                                       |
//+------------------------------------------------------------------+
string BuildReport(string &sent[])
  {
   string json = "{\"instance\":\"" + g_instance + "\"";
   json += ",\"platform\":\"MT4\"";
   json += ",\"ea_version\":\"" + EA_VERSION + "\"";
   json += ",\"login\":\"" + IntegerToString(AccountNumber()) + "\"";
   json += ",\"server\":\"" + Escape(AccountServer()) + "\"";
   json += ",\"company\":\"" + Escape(AccountCompany()) + "\"";
   json += ",\"currency\":\"" + Escape(AccountCurrency()) + "\"";
   json += ",\"mode\":\"" + (IsDemo() ? "demo" : "live") + "\"";
   json += ",\"hedging\":true";
   json += ",\"leverage\":" + IntegerToString(AccountLeverage());
   json += ",\"balance\":" + Money(AccountBalance());
   json += ",\"equity\":" + Money(AccountEquity());
   json += ",\"margin\":" + Money(AccountMargin());
   json += ",\"free_margin\":" + Money(AccountFreeMargin());
   json += ",\"trade_allowed\":" + (TradeAllowed() ? "true" : "false");
   json += ",\"time_broker\":\"" + Stamp((datetime)((long)TimeGMT() + g_offset)) + "\"";
   json += ",\"time_gmt\":\"" + Stamp(TimeGMT()) + "Z\"";
   json += ",\"positions\":[" + BuildPositions() + "]";
   json += ",\"orders\":[" + BuildOrders() + "]";
   json += ",\"symbols\":[" + BuildSymbols() + "]";
   json += ",\"results\":[" + BuildResults(sent) + "]}";
   return(json);
  }

// The broker's clock is seen at its quotes alone: it is compared when a new one has come, and in between it goes on with ours.
void MeasureOffset()
  {
   datetime quoted = TimeCurrent();
   bool     first  = g_last_quote == 0;
   if(quoted == g_last_quote)
      return;
   g_last_quote = quoted;
   if(first)
      return;
   g_offset = (long)MathRound(((double)((long)quoted - (long)TimeGMT())) / 900.0) * 900;
  }

string BuildPositions()
  {
   string json = "";
   for(int i = 0; i < OrdersTotal(); i++)
     {
      if(!OrderSelect(i, SELECT_BY_POS, MODE_TRADES) || (OrderType() != OP_BUY && OrderType() != OP_SELL))
         continue;
      string symbol = OrderSymbol();
      int    digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
      if(json != "")
         json += ",";
      json += "{\"ticket\":\"" + IntegerToString(OrderTicket()) + "\"";
      json += ",\"symbol\":\"" + Escape(symbol) + "\"";
      json += ",\"side\":\"" + (OrderType() == OP_BUY ? "BUY" : "SELL") + "\"";
      json += ",\"lots\":" + Plain(OrderLots(), 8);
      json += ",\"open_price\":" + Plain(OrderOpenPrice(), digits);
      json += ",\"open_time\":\"" + Stamp(OrderOpenTime()) + "\"";
      json += ",\"current_price\":" + Plain(OrderClosePrice(), digits);
      json += ",\"sl\":" + Plain(OrderStopLoss(), digits);
      json += ",\"tp\":" + Plain(OrderTakeProfit(), digits);
      json += ",\"profit\":" + Money(OrderProfit());
      json += ",\"swap\":" + Money(OrderSwap());
      json += ",\"commission\":" + Money(OrderCommission());
      json += ",\"magic\":" + IntegerToString(OrderMagicNumber());
      json += ",\"comment\":\"" + Escape(OrderComment()) + "\"}";
     }
   return(json);
  }

string BuildOrders()
  {
   string json = "";
   for(int i = 0; i < OrdersTotal(); i++)
     {
      if(!OrderSelect(i, SELECT_BY_POS, MODE_TRADES))
         continue;
      int    type = OrderType();
      string kind = "";
      if(type == OP_BUYLIMIT || type == OP_SELLLIMIT)
         kind = "LIMIT";
      if(type == OP_BUYSTOP || type == OP_SELLSTOP)
         kind = "STOP";
      if(kind == "")
         continue;
      string symbol = OrderSymbol();
      int    digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
      if(json != "")
         json += ",";
      json += "{\"ticket\":\"" + IntegerToString(OrderTicket()) + "\"";
      json += ",\"symbol\":\"" + Escape(symbol) + "\"";
      json += ",\"side\":\"" + (type == OP_BUYLIMIT || type == OP_BUYSTOP ? "BUY" : "SELL") + "\"";
      json += ",\"type\":\"" + kind + "\"";
      json += ",\"lots\":" + Plain(OrderLots(), 8);
      json += ",\"price\":" + Plain(OrderOpenPrice(), digits);
      json += ",\"sl\":" + Plain(OrderStopLoss(), digits);
      json += ",\"tp\":" + Plain(OrderTakeProfit(), digits);
      json += ",\"magic\":" + IntegerToString(OrderMagicNumber());
      json += ",\"comment\":\"" + Escape(OrderComment()) + "\"}";
     }
   return(json);
  }

string BuildSymbols()
  {
   string json  = "";
   int    total = SymbolsTotal(true);
   if(total > MAX_SYMBOLS)
      total = MAX_SYMBOLS;
   for(int i = 0; i < total; i++)
     {
      string symbol = SymbolName(i, true);
      if(symbol == "")
         continue;
      int digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
      if(json != "")
         json += ",";
      json += "{\"symbol\":\"" + Escape(symbol) + "\"";
      json += ",\"digits\":" + IntegerToString(digits);
      json += ",\"tick_size\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_TRADE_TICK_SIZE), 8);
      json += ",\"tick_value\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_TRADE_TICK_VALUE), 8);
      json += ",\"contract_size\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_TRADE_CONTRACT_SIZE), 4);
      json += ",\"lot_min\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_VOLUME_MIN), 8);
      json += ",\"lot_max\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_VOLUME_MAX), 8);
      json += ",\"lot_step\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_VOLUME_STEP), 8);
      json += ",\"stops_level\":" + IntegerToString(SymbolInfoInteger(symbol, SYMBOL_TRADE_STOPS_LEVEL));
      json += ",\"bid\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_BID), digits);
      json += ",\"ask\":" + Plain(SymbolInfoDouble(symbol, SYMBOL_ASK), digits) + "}";
     }
   return(json);
  }

string BuildResults(string &sent[])
  {
   string json = "";
   ArrayResize(sent, 0);
   for(int i = 0; i < ArraySize(g_runs) && ArraySize(sent) < MAX_RESULTS; i++)
     {
      if(!g_runs[i].has_result || g_runs[i].reported)
         continue;
      if(json != "")
         json += ",";
      json += "{\"id\":\"" + g_runs[i].id + "\"";
      json += ",\"status\":\"" + g_runs[i].status + "\"";
      json += ",\"retcode\":" + IntegerToString(g_runs[i].retcode);
      json += ",\"ticket\":\"" + g_runs[i].ticket + "\"";
      json += ",\"price\":" + Plain(g_runs[i].price, 8);
      json += ",\"lots\":" + Plain(g_runs[i].lots, 8);
      if(g_runs[i].has_profit)
         json += ",\"profit\":" + Money(g_runs[i].profit);
      json += ",\"message\":\"" + Escape(g_runs[i].message) + "\"}";
      int size = ArraySize(sent);
      ArrayResize(sent, size + 1);
      sent[size] = g_runs[i].id + "=" + g_runs[i].status;
     }
   return(json);
  }

// A result that was mended while the report was under way has not been reported yet.
void MarkReported(const string &sent[])
  {
   for(int i = 0; i < ArraySize(sent); i++)
      for(int k = 0; k < ArraySize(g_runs); k++)
         if(g_runs[k].id + "=" + g_runs[k].status == sent[i])
            g_runs[k].reported = true;
  }

bool HasNews()
  {
   for(int i = 0; i < ArraySize(g_runs); i++)
      if(g_runs[i].has_result && !g_runs[i].reported)
         return(true);
   return(false);
  }

//+------------------------------------------------------------------+
//| The commands                                                     |
//+------------------------------------------------------------------+
void RunCommands(const string answer, const uint began)
  {
   int at = StringFind(answer, "\"commands\":[");
   if(at < 0)
      return;
   long now = (long)ParseTime(JsonText(answer, "server_time"));
   while(true)
     {
      int start = StringFind(answer, "{", at);
      if(start < 0)
         return;
      int end = StringFind(answer, "}", start);
      if(end < 0)
         return;
      RunCommand(StringSubstr(answer, start, end - start + 1), now, began);
      at = end + 1;
     }
  }

void RunCommand(const string json, const long server_now, const uint began)
  {
   string id = JsonText(json, "id");
   if(id == "")
      return;
   int known = FindRun(id);
   if(known >= 0)
     {
      // Asked again: told again. Begun without an end: what is to be seen of it tells.
      if(!g_runs[known].has_result)
         Settle(known, "unknown", 0, "", 0, 0, "Begun before a restart");
      g_runs[known].reported = false;
      return;
     }

   string verb   = JsonText(json, "verb");
   string symbol = JsonText(json, "symbol");
   string ticket = JsonText(json, "ticket");
   long   magic  = (long)JsonNumber(json, "magic");
   double lots   = JsonNumber(json, "lots");
   int    run    = AddRun(id, verb, symbol, ticket, magic, lots);

   // Counted from before the request: the time that the answer was on its way has passed too.
   long left = ((long)ParseTime(JsonText(json, "expires")) - server_now) * 1000 - (long)(GetTickCount() - began);
   if(left <= 0)
     {
      Settle(run, "rejected", 0, "", 0, 0, "Expired before it was run");
      return;
     }
   if(!TradeAllowed())
     {
      Settle(run, "rejected", 4109, "", 0, 0, "Automated trading is off in the terminal");
      return;
     }
   if(!NoteBegun(run))
     {
      // Nothing is sent that could not be remembered.
      Settle(run, "rejected", 0, "", 0, 0, "The terminal cannot write its file: nothing was sent");
      return;
     }
   if(verb == "open")
      RunOpen(run, json);
   else
      if(verb == "close")
         RunClose(run);
      else
         if(verb == "modify")
            RunModify(run, json);
         else
            if(verb == "cancel")
               RunCancel(run);
            else
               Settle(run, "rejected", 3, "", 0, 0, "This Expert Advisor does not know the command: update it");
  }

void RunOpen(const int run, const string json)
  {
   string symbol  = g_runs[run].symbol;
   string type    = JsonText(json, "type");
   string comment = JsonText(json, "comment");
   bool   buys    = JsonText(json, "side") == "BUY";
   double price   = JsonNumber(json, "price");
   double sl      = JsonNumber(json, "sl");
   double tp      = JsonNumber(json, "tp");
   double lots    = g_runs[run].command_lots;
   int    magic   = (int)g_runs[run].magic;
   if(!SymbolSelect(symbol, true))
     {
      Settle(run, "rejected", 3, "", 0, 0, "The broker has no symbol " + symbol);
      return;
     }
   int  operation = buys ? OP_BUY : OP_SELL;
   bool market    = type == "MARKET";
   if(type == "LIMIT")
      operation = buys ? OP_BUYLIMIT : OP_SELLLIMIT;
   if(type == "STOP")
      operation = buys ? OP_BUYSTOP : OP_SELLSTOP;

   int  ticket   = -1;
   int  error    = 0;
   bool unstopped = false;
   for(int attempt = 0; attempt < 4; attempt++)
     {
      WaitForContext();
      RefreshRates();
      double at = market ? MarketInfo(symbol, buys ? MODE_ASK : MODE_BID) : price;
      ResetLastError();
      ticket = OrderSend(symbol, operation, lots, at, SlippagePoints, unstopped ? 0 : sl, unstopped ? 0 : tp, comment, magic, 0, clrNONE);
      error  = ticket < 0 ? GetLastError() : 0;
      if(ticket >= 0)
         break;
      // Some brokers take no stops with a market order: they are set at once behind it.
      if(error == 130 && market && !unstopped && (sl > 0 || tp > 0) && StopsFit(symbol, buys, sl, tp))
        {
         unstopped = true;
         continue;
        }
      // A requote and a busy terminal are refusals: nothing was executed.
      if(error != 135 && error != 138 && error != 146)
         break;
     }
   if(ticket < 0)
     {
      SettleError(run, error);
      return;
     }
   string told = "";
   if(unstopped && !SetStops(ticket, sl, tp))
     {
      // A position without the stop that was asked for is not what was asked for.
      if(OrderSelect(ticket, SELECT_BY_TICKET) && OrderCloseTime() == 0 && OrderClose(ticket, OrderLots(), MarketInfo(symbol, buys ? MODE_BID : MODE_ASK), SlippagePoints, clrNONE))
        {
         Settle(run, "rejected", 130, "", 0, 0, "The broker refused the stops; the position was closed again");
         return;
        }
      told = "The stops could not be set: set them by hand";
     }
   if(OrderSelect(ticket, SELECT_BY_TICKET))
      Settle(run, "done", 0, IntegerToString(ticket), market ? OrderOpenPrice() : 0, market ? OrderLots() : 0, told);
   else
      Settle(run, "done", 0, IntegerToString(ticket), 0, 0, told);
  }

bool StopsFit(const string symbol, const bool buys, const double sl, const double tp)
  {
   double level = MarketInfo(symbol, MODE_STOPLEVEL) * MarketInfo(symbol, MODE_POINT);
   double exit  = MarketInfo(symbol, buys ? MODE_BID : MODE_ASK);
   if(sl > 0 && (buys ? exit - sl : sl - exit) <= level)
      return(false);
   if(tp > 0 && (buys ? tp - exit : exit - tp) <= level)
      return(false);
   return(true);
  }

bool SetStops(const int ticket, const double sl, const double tp)
  {
   for(int attempt = 0; attempt < 3; attempt++)
     {
      WaitForContext();
      if(!OrderSelect(ticket, SELECT_BY_TICKET))
         return(false);
      if(OrderModify(ticket, OrderOpenPrice(), sl, tp, 0, clrNONE))
         return(true);
      Sleep(200);
     }
   return(false);
  }

void RunClose(const int run)
  {
   int ticket = (int)StringToInteger(g_runs[run].command_ticket);
   if(ticket <= 0 || !OrderSelect(ticket, SELECT_BY_TICKET) || OrderCloseTime() != 0 || (OrderType() != OP_BUY && OrderType() != OP_SELL))
     {
      Settle(run, "rejected", 4108, "", 0, 0, "The terminal has no open position " + g_runs[run].command_ticket);
      return;
     }
   bool closed = false;
   int  error  = 0;
   double lots = 0;
   double at   = 0;
   for(int attempt = 0; attempt < 4; attempt++)
     {
      WaitForContext();
      RefreshRates();
      if(!OrderSelect(ticket, SELECT_BY_TICKET))
         break;
      lots = g_runs[run].command_lots > 0 && g_runs[run].command_lots < OrderLots() ? g_runs[run].command_lots : OrderLots();
      at   = MarketInfo(OrderSymbol(), OrderType() == OP_BUY ? MODE_BID : MODE_ASK);
      ResetLastError();
      closed = OrderClose(ticket, lots, at, SlippagePoints, clrNONE);
      error  = closed ? 0 : GetLastError();
      if(closed || (error != 135 && error != 138 && error != 146))
         break;
     }
   if(!closed)
     {
      SettleError(run, error);
      return;
     }
   // The closed part keeps the ticket; what is left gets a new one.
   if(OrderSelect(ticket, SELECT_BY_TICKET) && OrderCloseTime() != 0)
     {
      g_runs[run].has_profit = true;
      g_runs[run].profit     = OrderProfit() + OrderSwap() + OrderCommission();
      at                     = OrderClosePrice();
     }
   Settle(run, "done", 0, IntegerToString(ticket), at, lots, "");
  }

void RunModify(const int run, const string json)
  {
   int    ticket = (int)StringToInteger(g_runs[run].command_ticket);
   double price  = JsonNumber(json, "price");
   if(ticket <= 0 || !OrderSelect(ticket, SELECT_BY_TICKET) || OrderCloseTime() != 0)
     {
      Settle(run, "rejected", 4108, "", 0, 0, "The terminal has no ticket " + g_runs[run].command_ticket);
      return;
     }
   bool   working = OrderType() != OP_BUY && OrderType() != OP_SELL;
   WaitForContext();
   ResetLastError();
   bool done  = OrderModify(ticket, working && price > 0 ? price : OrderOpenPrice(), JsonNumber(json, "sl"), JsonNumber(json, "tp"), OrderExpiration(), clrNONE);
   int  error = done ? 0 : GetLastError();
   // 1: the values are those that it had.
   if(done || error == 1)
      Settle(run, "done", 0, g_runs[run].command_ticket, 0, 0, "");
   else
      SettleError(run, error);
  }

void RunCancel(const int run)
  {
   int ticket = (int)StringToInteger(g_runs[run].command_ticket);
   if(ticket <= 0 || !OrderSelect(ticket, SELECT_BY_TICKET) || OrderCloseTime() != 0 || OrderType() == OP_BUY || OrderType() == OP_SELL)
     {
      Settle(run, "rejected", 4108, "", 0, 0, "The terminal has no working order " + g_runs[run].command_ticket);
      return;
     }
   WaitForContext();
   ResetLastError();
   if(OrderDelete(ticket, clrNONE))
      Settle(run, "done", 0, g_runs[run].command_ticket, 0, 0, "");
   else
      SettleError(run, GetLastError());
  }

// 1 (no result), 2, 128 (timeout) and 142 to 144, which the reference tells to treat as 128, may have been executed all the same.
void SettleError(const int run, const int error)
  {
   bool unclear = error == 0 || error == 1 || error == 2 || error == 128 || (error >= 142 && error <= 144);
   Settle(run, unclear ? "unknown" : "rejected", error == 0 ? 128 : error, "", 0, 0, "");
  }

void WaitForContext()
  {
   for(int wait = 0; wait < 40 && IsTradeContextBusy(); wait++)
      Sleep(50);
  }

bool TradeAllowed()
  {
   return(IsExpertEnabled() && MQLInfoInteger(MQL_TRADE_ALLOWED) != 0 && AccountInfoInteger(ACCOUNT_TRADE_EXPERT) != 0 && AccountInfoInteger(ACCOUNT_TRADE_ALLOWED) != 0);
  }

//+------------------------------------------------------------------+
//| Looking for what became of a command                             |
//+------------------------------------------------------------------+
bool SelectByMagic(const long magic)
  {
   if(magic == 0)
      return(false);
   for(int i = 0; i < OrdersTotal(); i++)
      if(OrderSelect(i, SELECT_BY_POS, MODE_TRADES) && OrderMagicNumber() == magic)
         return(true);
   return(false);
  }

double LotsOf(const string ticket)
  {
   int number = (int)StringToInteger(ticket);
   return(number > 0 && OrderSelect(number, SELECT_BY_TICKET) && OrderCloseTime() == 0 ? OrderLots() : 0);
  }

// Unclear commands are looked for again with every report, until the terminal shows them or two minutes have passed.
void LookAgain()
  {
   for(int i = 0; i < ArraySize(g_runs); i++)
     {
      if(!g_runs[i].has_result || g_runs[i].status != "unknown")
         continue;
      if(Recover(i))
         continue;
      if((long)TimeGMT() - g_runs[i].begun < UNCLEAR_SECONDS)
         continue;
      if(g_runs[i].verb == "open")
         Settle(i, "rejected", 0, "", 0, 0, "Not executed: it is neither open nor in the history");
      else
         if(g_runs[i].verb == "close" && g_runs[i].lots_before > 0 && LotsOf(g_runs[i].command_ticket) >= g_runs[i].lots_before)
            Settle(i, "rejected", 0, "", 0, 0, "Not executed: the position is unchanged");
     }
  }

bool Recover(const int run)
  {
   if(g_runs[run].verb == "open")
     {
      if(SelectByMagic(g_runs[run].magic))
        {
         bool market = OrderType() == OP_BUY || OrderType() == OP_SELL;
         Settle(run, "done", 0, IntegerToString(OrderTicket()), market ? OrderOpenPrice() : 0, market ? g_runs[run].command_lots : 0, "Found among the orders");
         return(true);
        }
      for(int k = OrdersHistoryTotal() - 1; k >= 0; k--)
        {
         if(!OrderSelect(k, SELECT_BY_POS, MODE_HISTORY) || g_runs[run].magic == 0 || OrderMagicNumber() != g_runs[run].magic)
            continue;
         if(OrderType() != OP_BUY && OrderType() != OP_SELL)
            continue;
         Settle(run, "done", 0, IntegerToString(OrderTicket()), OrderOpenPrice(), g_runs[run].command_lots, "Found in the history");
         return(true);
        }
      return(false);
     }
   if(g_runs[run].verb == "close" && g_runs[run].lots_before > 0 && LotsOf(g_runs[run].command_ticket) < g_runs[run].lots_before)
     {
      Settle(run, "done", 0, g_runs[run].command_ticket, 0, g_runs[run].command_lots, "The position has become smaller or is closed");
      return(true);
     }
   return(false);
  }

//+------------------------------------------------------------------+
//| Memory: a file that outlives the terminal                        |
//+------------------------------------------------------------------+
bool OpenMemory()
  {
   g_file = "TradeFlow_" + IntegerToString(AccountNumber()) + ".txt";
   ArrayResize(g_runs, 0);
   g_handle = FileOpen(g_file, FILE_READ | FILE_WRITE | FILE_TXT | FILE_ANSI);
   if(g_handle == INVALID_HANDLE)
      return(false);
   while(!FileIsEnding(g_handle))
      ReadLine(FileReadString(g_handle));
   FileClose(g_handle);

   // Written anew with what still matters, so that the file does not grow for ever.
   g_handle = FileOpen(g_file, FILE_WRITE | FILE_TXT | FILE_ANSI);
   if(g_handle == INVALID_HANDLE)
      return(false);
   if(g_instance == "")
      g_instance = NewInstance();
   FileWriteString(g_handle, "I|" + g_instance + "\r\n");
   for(int i = 0; i < ArraySize(g_runs); i++)
     {
      FileWriteString(g_handle, BegunLine(i));
      if(g_runs[i].has_result)
         FileWriteString(g_handle, ResultLine(i));
     }
   FileFlush(g_handle);
   return(true);
  }

// Kept with the file: after a restart this terminal is the same instance, on another PC it is another one.
string NewInstance()
  {
   MathSrand((int)(GetTickCount() % 2147483647));
   string text = "mt4-";
   for(int i = 0; i < 6; i++)
      text += IntegerToString(MathRand() % 10000, 4, '0');
   return(text);
  }

void ReadLine(const string line)
  {
   string text = line;
   string part[];
   StringReplace(text, "\r", "");
   int    count = StringSplit(text, '|', part);
   if(count >= 2 && part[0] == "I")
      g_instance = part[1];
   if(count >= 9 && part[0] == "B" && (long)TimeGMT() - StringToInteger(part[8]) < KEEP_SECONDS)
     {
      int run = AddRun(part[1], part[2], part[3], part[4], StringToInteger(part[5]), StringToDouble(part[6]));
      g_runs[run].lots_before = StringToDouble(part[7]);
      g_runs[run].begun       = StringToInteger(part[8]);
     }
   if(count >= 10 && part[0] == "R")
     {
      int found = FindRun(part[1]);
      if(found < 0)
         return;
      g_runs[found].status     = part[2];
      g_runs[found].retcode    = (int)StringToInteger(part[3]);
      g_runs[found].ticket     = part[4];
      g_runs[found].price      = StringToDouble(part[5]);
      g_runs[found].lots       = StringToDouble(part[6]);
      g_runs[found].has_profit = part[7] == "1";
      g_runs[found].profit     = StringToDouble(part[8]);
      g_runs[found].message    = part[9];
      g_runs[found].has_result = true;
      // Whether it was told before the restart is not known: told twice does no harm.
      g_runs[found].reported   = false;
     }
  }

int AddRun(const string id, const string verb, const string symbol, const string ticket, const long magic, const double lots)
  {
   Forget();
   int size = ArraySize(g_runs);
   ArrayResize(g_runs, size + 1, 64);
   g_runs[size].id             = id;
   g_runs[size].verb           = verb;
   g_runs[size].symbol         = symbol;
   g_runs[size].command_ticket = ticket;
   g_runs[size].magic          = magic;
   g_runs[size].command_lots   = lots;
   g_runs[size].lots_before    = 0;
   g_runs[size].begun          = (long)TimeGMT();
   g_runs[size].has_result     = false;
   g_runs[size].reported       = false;
   g_runs[size].status         = "";
   g_runs[size].retcode        = 0;
   g_runs[size].ticket         = "";
   g_runs[size].price          = 0;
   g_runs[size].lots           = 0;
   g_runs[size].has_profit     = false;
   g_runs[size].profit         = 0;
   g_runs[size].message        = "";
   if(verb == "close")
      g_runs[size].lots_before = LotsOf(ticket);
   return(size);
  }

// What is older than two days nobody asks for any more.
void Forget()
  {
   int size = ArraySize(g_runs);
   if(size < 500)
      return;
   int kept = 0;
   for(int i = 0; i < size; i++)
     {
      if((long)TimeGMT() - g_runs[i].begun >= KEEP_SECONDS)
         continue;
      if(kept != i)
         g_runs[kept] = g_runs[i];
      kept++;
     }
   ArrayResize(g_runs, kept, 64);
  }

int FindRun(const string id)
  {
   for(int i = ArraySize(g_runs) - 1; i >= 0; i--)
      if(g_runs[i].id == id)
         return(i);
   return(-1);
  }

bool NoteBegun(const int run)
  {
   if(g_handle == INVALID_HANDLE)
      return(false);
   string line = BegunLine(run);
   if(FileWriteString(g_handle, line) < (uint)StringLen(line))
      return(false);
   FileFlush(g_handle);
   return(true);
  }

void Settle(const int run, const string status, const int retcode, const string ticket, const double price, const double lots, const string message)
  {
   g_runs[run].status     = status;
   g_runs[run].retcode    = retcode;
   g_runs[run].ticket     = ticket;
   g_runs[run].price      = price;
   g_runs[run].lots       = lots;
   g_runs[run].message    = message;
   g_runs[run].has_result = true;
   g_runs[run].reported   = false;
   if(g_handle == INVALID_HANDLE)
      return;
   FileWriteString(g_handle, ResultLine(run));
   FileFlush(g_handle);
   Print("TradeFlow: ", g_runs[run].verb, " ", g_runs[run].id, " ", status, " ", retcode, " ", message);
  }

string BegunLine(const int run)
  {
   return("B|" + g_runs[run].id + "|" + g_runs[run].verb + "|" + g_runs[run].symbol + "|" + g_runs[run].command_ticket + "|" + IntegerToString(g_runs[run].magic)
          + "|" + Plain(g_runs[run].command_lots, 8) + "|" + Plain(g_runs[run].lots_before, 8) + "|" + IntegerToString(g_runs[run].begun) + "\r\n");
  }

string ResultLine(const int run)
  {
   string message = g_runs[run].message;
   StringReplace(message, "|", "/");
   StringReplace(message, "\r", " ");
   StringReplace(message, "\n", " ");
   return("R|" + g_runs[run].id + "|" + g_runs[run].status + "|" + IntegerToString(g_runs[run].retcode) + "|" + g_runs[run].ticket + "|" + Plain(g_runs[run].price, 8)
          + "|" + Plain(g_runs[run].lots, 8) + "|" + (g_runs[run].has_profit ? "1" : "0") + "|" + Plain(g_runs[run].profit, 2) + "|" + message + "\r\n");
  }

//+------------------------------------------------------------------+
//| Text                                                             |
//+------------------------------------------------------------------+
string JsonText(const string json, const string key)
  {
   string mark = "\"" + key + "\":\"";
   int start = StringFind(json, mark);
   if(start < 0)
      return("");
   start += StringLen(mark);
   int end = StringFind(json, "\"", start);
   // A length of 0 stands for all that follows.
   return(end <= start ? "" : StringSubstr(json, start, end - start));
  }

double JsonNumber(const string json, const string key)
  {
   string mark = "\"" + key + "\":";
   int start = StringFind(json, mark);
   if(start < 0)
      return(0);
   start += StringLen(mark);
   int end = start;
   while(end < StringLen(json))
     {
      ushort letter = StringGetCharacter(json, end);
      if(letter == ',' || letter == '}' || letter == ']')
         break;
      end++;
     }
   return(StringToDouble(StringSubstr(json, start, end - start)));
  }

string Escape(const string text)
  {
   string safe = text;
   StringReplace(safe, "\\", "\\\\");
   StringReplace(safe, "\"", "\\\"");
   StringReplace(safe, "\r", " ");
   StringReplace(safe, "\n", " ");
   StringReplace(safe, "\t", " ");
   return(safe);
  }

string Plain(const double value, const int digits)
  {
   return(MathIsValidNumber(value) ? DoubleToString(value, digits) : "0");
  }

string Money(const double value)
  {
   return(Plain(value, 2));
  }

string Stamp(const datetime time)
  {
   string text = TimeToString(time, TIME_DATE | TIME_SECONDS);
   StringReplace(text, ".", "-");
   StringReplace(text, " ", "T");
   return(text);
  }

datetime ParseTime(const string text)
  {
   // By hand: not every build of the terminals reads the seconds of a text.
   MqlDateTime time;
   ZeroMemory(time);
   time.year = (int)StringToInteger(StringSubstr(text, 0, 4));
   time.mon  = (int)StringToInteger(StringSubstr(text, 5, 2));
   time.day  = (int)StringToInteger(StringSubstr(text, 8, 2));
   time.hour = (int)StringToInteger(StringSubstr(text, 11, 2));
   time.min  = (int)StringToInteger(StringSubstr(text, 14, 2));
   time.sec  = (int)StringToInteger(StringSubstr(text, 17, 2));
   return(StructToTime(time));
  }

void Show(const string text)
  {
   if(text == g_shown)
      return;
   g_shown = text;
   Comment("TradeFlow: " + text);
  }

void ShowFailure(const int status, const string answer)
  {
   string text = "";
   if(status == -1 && answer == "4060")
      text = "allow the address in Tools, Options, Expert Advisors, Allow WebRequest for listed URL: " + Url();
   else
      if(status == -1)
         text = "the server does not answer (error " + answer + ")";
      else
         if(status == 401)
            text = "the agent key is not valid: copy the agent key again from the set-up page";
         else
            text = "refused (" + IntegerToString(status) + "): " + JsonText(answer, "detail");
   if(text != g_shown)
      Print("TradeFlow: ", text);
   Show(text);
  }
//+------------------------------------------------------------------+
