//+------------------------------------------------------------------+
//| TradeFlow for MetaTrader 5                                       |
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
ulong  g_connected   = 0;
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
   if(TerminalInfoInteger(TERMINAL_CONNECTED) == 0 || AccountInfoInteger(ACCOUNT_LOGIN) == 0)
     {
      g_connected = 0;
      Show("the terminal has no connection to the broker");
      return;
     }
   if(g_connected == 0)
      g_connected = GetTickCount64();
   if(GetTickCount64() - g_connected < 3000)
      return;
   // Here, because the login is not known before. The file is opened for one program alone: a second chart finds it taken.
   if(g_handle == INVALID_HANDLE && !OpenMemory())
     {
      Show("its file cannot be opened; is TradeFlow on another chart already?");
      return;
     }

   // The server takes three reports a second.
   for(int round = 0; round < 3; round++)
     {
      LookAgain();
      string sent[];
      string body   = BuildReport(sent);
      string answer = "";
      ulong  began  = GetTickCount64();
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
   string url = ServerUrl;
   StringTrimLeft(url);
   StringTrimRight(url);
   while(StringLen(url) > 0 && StringSubstr(url, StringLen(url) - 1) == "/")
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
   string mode    = AccountInfoInteger(ACCOUNT_TRADE_MODE) == ACCOUNT_TRADE_MODE_REAL ? "live" : "demo";
   bool   hedging = AccountInfoInteger(ACCOUNT_MARGIN_MODE) == ACCOUNT_MARGIN_MODE_RETAIL_HEDGING;
   string json = "{\"instance\":\"" + g_instance + "\"";
   json += ",\"platform\":\"MT5\"";
   json += ",\"ea_version\":\"" + EA_VERSION + "\"";
   json += ",\"login\":\"" + IntegerToString(AccountInfoInteger(ACCOUNT_LOGIN)) + "\"";
   json += ",\"server\":\"" + Escape(AccountInfoString(ACCOUNT_SERVER)) + "\"";
   json += ",\"company\":\"" + Escape(AccountInfoString(ACCOUNT_COMPANY)) + "\"";
   json += ",\"currency\":\"" + Escape(AccountInfoString(ACCOUNT_CURRENCY)) + "\"";
   json += ",\"mode\":\"" + mode + "\"";
   json += ",\"hedging\":" + (hedging ? "true" : "false");
   json += ",\"leverage\":" + IntegerToString(AccountInfoInteger(ACCOUNT_LEVERAGE));
   json += ",\"balance\":" + Money(AccountInfoDouble(ACCOUNT_BALANCE));
   json += ",\"equity\":" + Money(AccountInfoDouble(ACCOUNT_EQUITY));
   json += ",\"margin\":" + Money(AccountInfoDouble(ACCOUNT_MARGIN));
   json += ",\"free_margin\":" + Money(AccountInfoDouble(ACCOUNT_MARGIN_FREE));
   json += ",\"trade_allowed\":" + (TradeAllowed() ? "true" : "false");
   json += ",\"time_broker\":\"" + Stamp(TimeTradeServer()) + "\"";
   json += ",\"time_gmt\":\"" + Stamp(TimeGMT()) + "Z\"";
   json += ",\"positions\":[" + BuildPositions() + "]";
   json += ",\"orders\":[" + BuildOrders() + "]";
   json += ",\"symbols\":[" + BuildSymbols() + "]";
   json += ",\"results\":[" + BuildResults(sent) + "]}";
   return(json);
  }

string BuildPositions()
  {
   string json = "";
   for(int i = 0; i < PositionsTotal(); i++)
     {
      ulong ticket = PositionGetTicket(i);
      if(ticket == 0)
         continue;
      string symbol = PositionGetString(POSITION_SYMBOL);
      int    digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
      if(json != "")
         json += ",";
      json += "{\"ticket\":\"" + IntegerToString((long)ticket) + "\"";
      json += ",\"symbol\":\"" + Escape(symbol) + "\"";
      json += ",\"side\":\"" + (PositionGetInteger(POSITION_TYPE) == POSITION_TYPE_BUY ? "BUY" : "SELL") + "\"";
      json += ",\"lots\":" + Plain(PositionGetDouble(POSITION_VOLUME), 8);
      json += ",\"open_price\":" + Plain(PositionGetDouble(POSITION_PRICE_OPEN), 8);
      json += ",\"open_time\":\"" + Stamp((datetime)PositionGetInteger(POSITION_TIME)) + "\"";
      json += ",\"current_price\":" + Plain(PositionGetDouble(POSITION_PRICE_CURRENT), digits);
      json += ",\"sl\":" + Plain(PositionGetDouble(POSITION_SL), digits);
      json += ",\"tp\":" + Plain(PositionGetDouble(POSITION_TP), digits);
      json += ",\"profit\":" + Money(PositionGetDouble(POSITION_PROFIT));
      json += ",\"swap\":" + Money(PositionGetDouble(POSITION_SWAP));
      json += ",\"commission\":0";
      json += ",\"magic\":" + IntegerToString(PositionGetInteger(POSITION_MAGIC));
      json += ",\"comment\":\"" + Escape(PositionGetString(POSITION_COMMENT)) + "\"}";
     }
   return(json);
  }

string BuildOrders()
  {
   string json = "";
   for(int i = 0; i < OrdersTotal(); i++)
     {
      ulong ticket = OrderGetTicket(i);
      if(ticket == 0)
         continue;
      ENUM_ORDER_TYPE type = (ENUM_ORDER_TYPE)OrderGetInteger(ORDER_TYPE);
      string kind = "";
      if(type == ORDER_TYPE_BUY_LIMIT || type == ORDER_TYPE_SELL_LIMIT)
         kind = "LIMIT";
      if(type == ORDER_TYPE_BUY_STOP || type == ORDER_TYPE_SELL_STOP)
         kind = "STOP";
      if(kind == "")
         continue;
      bool   buys   = type == ORDER_TYPE_BUY_LIMIT || type == ORDER_TYPE_BUY_STOP;
      string symbol = OrderGetString(ORDER_SYMBOL);
      int    digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
      if(json != "")
         json += ",";
      json += "{\"ticket\":\"" + IntegerToString((long)ticket) + "\"";
      json += ",\"symbol\":\"" + Escape(symbol) + "\"";
      json += ",\"side\":\"" + (buys ? "BUY" : "SELL") + "\"";
      json += ",\"type\":\"" + kind + "\"";
      json += ",\"lots\":" + Plain(OrderGetDouble(ORDER_VOLUME_CURRENT), 8);
      json += ",\"price\":" + Plain(OrderGetDouble(ORDER_PRICE_OPEN), digits);
      json += ",\"sl\":" + Plain(OrderGetDouble(ORDER_SL), digits);
      json += ",\"tp\":" + Plain(OrderGetDouble(ORDER_TP), digits);
      json += ",\"magic\":" + IntegerToString(OrderGetInteger(ORDER_MAGIC));
      json += ",\"comment\":\"" + Escape(OrderGetString(ORDER_COMMENT)) + "\"}";
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
void RunCommands(const string answer, const ulong began)
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

void RunCommand(const string json, const long server_now, const ulong began)
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
   long left = ((long)ParseTime(JsonText(json, "expires")) - server_now) * 1000 - (long)(GetTickCount64() - began);
   if(left <= 0)
     {
      Settle(run, "rejected", 0, "", 0, 0, "Expired before it was run");
      return;
     }
   if(!TradeAllowed())
     {
      Settle(run, "rejected", 10027, "", 0, 0, "Algo trading is off in the terminal");
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
               Settle(run, "rejected", 10013, "", 0, 0, "This Expert Advisor does not know the command: update it");
  }

void RunOpen(const int run, const string json)
  {
   string symbol = g_runs[run].symbol;
   string type   = JsonText(json, "type");
   bool   buys   = JsonText(json, "side") == "BUY";
   double price  = JsonNumber(json, "price");
   if(!SymbolSelect(symbol, true))
     {
      Settle(run, "rejected", 10013, "", 0, 0, "The broker has no symbol " + symbol);
      return;
     }
   MqlTradeRequest request;
   MqlTradeResult  result;
   ZeroMemory(request);
   ZeroMemory(result);
   for(int attempt = 0; attempt < 3; attempt++)
     {
      ZeroMemory(request);
      ZeroMemory(result);
      request.symbol    = symbol;
      request.volume    = g_runs[run].command_lots;
      request.sl        = JsonNumber(json, "sl");
      request.tp        = JsonNumber(json, "tp");
      request.magic     = (ulong)g_runs[run].magic;
      request.comment   = JsonText(json, "comment");
      request.deviation = (ulong)SlippagePoints;
      if(type == "MARKET")
        {
         request.action       = TRADE_ACTION_DEAL;
         request.type         = buys ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
         request.price        = SymbolInfoDouble(symbol, buys ? SYMBOL_ASK : SYMBOL_BID);
         request.type_filling = Filling(symbol);
        }
      else
        {
         request.action       = TRADE_ACTION_PENDING;
         request.type         = type == "LIMIT" ? (buys ? ORDER_TYPE_BUY_LIMIT : ORDER_TYPE_SELL_LIMIT) : (buys ? ORDER_TYPE_BUY_STOP : ORDER_TYPE_SELL_STOP);
         request.price        = price;
         request.type_time    = ORDER_TIME_GTC;
         request.type_filling = ORDER_FILLING_RETURN;
        }
      Send(request, result);
      // A requote is a refusal: nothing was executed, and the next price may do.
      if(result.retcode != 10004 && result.retcode != 10020)
         break;
     }
   if(!IsDone(result.retcode))
     {
      SettleRefusal(run, result);
      return;
     }
   if(type != "MARKET")
     {
      Settle(run, "done", (int)result.retcode, IntegerToString((long)result.order), 0, 0, result.comment);
      return;
     }
   // "Placed" says that the fill follows.
   for(int wait = 0; wait < 40 && !SelectOpened(run, result); wait++)
      Sleep(50);
   if(SelectOpened(run, result))
     {
      double filled = result.volume > 0 ? result.volume : g_runs[run].command_lots;
      double at     = result.price > 0 ? result.price : PositionGetDouble(POSITION_PRICE_OPEN);
      Settle(run, "done", (int)result.retcode, IntegerToString(PositionGetInteger(POSITION_TICKET)), at, filled, result.comment);
      return;
     }
   // Filled and closed again at once, or turned on a netting account: the answer of the server still tells the fill.
   Settle(run, "done", (int)result.retcode, IntegerToString((long)result.order), result.price, result.volume, result.comment);
  }

bool SelectOpened(const int run, const MqlTradeResult &result)
  {
   if(result.order > 0 && PositionSelectByTicket(result.order))
      return(true);
   if(SelectByMagic(g_runs[run].magic))
      return(true);
   bool hedging = AccountInfoInteger(ACCOUNT_MARGIN_MODE) == ACCOUNT_MARGIN_MODE_RETAIL_HEDGING;
   return(!hedging && result.deal > 0 && PositionSelect(g_runs[run].symbol));
  }

void RunClose(const int run)
  {
   ulong ticket = (ulong)StringToInteger(g_runs[run].command_ticket);
   if(ticket == 0 || !PositionSelectByTicket(ticket))
     {
      Settle(run, "rejected", 10013, "", 0, 0, "The terminal has no open position " + g_runs[run].command_ticket);
      return;
     }
   MqlTradeRequest request;
   MqlTradeResult  result;
   ZeroMemory(request);
   ZeroMemory(result);
   for(int attempt = 0; attempt < 3; attempt++)
     {
      if(!PositionSelectByTicket(ticket))
         break;
      ZeroMemory(request);
      ZeroMemory(result);
      string symbol = PositionGetString(POSITION_SYMBOL);
      bool   isLong = PositionGetInteger(POSITION_TYPE) == POSITION_TYPE_BUY;
      double open   = PositionGetDouble(POSITION_VOLUME);
      double lots   = g_runs[run].command_lots;
      request.action       = TRADE_ACTION_DEAL;
      request.position     = ticket;
      request.symbol       = symbol;
      request.volume       = lots > 0 && lots < open ? lots : open;
      request.type         = isLong ? ORDER_TYPE_SELL : ORDER_TYPE_BUY;
      request.price        = SymbolInfoDouble(symbol, isLong ? SYMBOL_BID : SYMBOL_ASK);
      request.deviation    = (ulong)SlippagePoints;
      request.magic        = (ulong)PositionGetInteger(POSITION_MAGIC);
      request.type_filling = Filling(symbol);
      Send(request, result);
      if(result.retcode != 10004 && result.retcode != 10020)
         break;
     }
   if(!IsDone(result.retcode))
     {
      SettleRefusal(run, result);
      return;
     }
   // The deal reaches the history a moment after the answer.
   for(int wait = 0; wait < 20 && (result.deal == 0 || !HistoryDealSelect(result.deal)); wait++)
     {
      Sleep(50);
      if(result.deal == 0)
         result.deal = DealOfOrder(result.order);
     }
   double at = result.price;
   if(result.deal > 0 && HistoryDealSelect(result.deal))
     {
      g_runs[run].has_profit = true;
      g_runs[run].profit     = HistoryDealGetDouble(result.deal, DEAL_PROFIT) + HistoryDealGetDouble(result.deal, DEAL_SWAP) + HistoryDealGetDouble(result.deal, DEAL_COMMISSION);
      at                     = HistoryDealGetDouble(result.deal, DEAL_PRICE);
     }
   Settle(run, "done", (int)result.retcode, IntegerToString((long)result.order), at, result.volume > 0 ? result.volume : request.volume, result.comment);
  }

void RunModify(const int run, const string json)
  {
   ulong  ticket = (ulong)StringToInteger(g_runs[run].command_ticket);
   double price  = JsonNumber(json, "price");
   MqlTradeRequest request;
   MqlTradeResult  result;
   ZeroMemory(request);
   ZeroMemory(result);
   request.sl = JsonNumber(json, "sl");
   request.tp = JsonNumber(json, "tp");
   if(ticket > 0 && PositionSelectByTicket(ticket))
     {
      request.action   = TRADE_ACTION_SLTP;
      request.position = ticket;
      request.symbol   = PositionGetString(POSITION_SYMBOL);
      request.magic    = (ulong)PositionGetInteger(POSITION_MAGIC);
     }
   else
      if(ticket > 0 && OrderSelect(ticket))
        {
         request.action     = TRADE_ACTION_MODIFY;
         request.order      = ticket;
         request.symbol     = OrderGetString(ORDER_SYMBOL);
         request.price      = price > 0 ? price : OrderGetDouble(ORDER_PRICE_OPEN);
         request.type_time  = (ENUM_ORDER_TYPE_TIME)OrderGetInteger(ORDER_TYPE_TIME);
         request.expiration = (datetime)OrderGetInteger(ORDER_TIME_EXPIRATION);
        }
      else
        {
         Settle(run, "rejected", 10013, "", 0, 0, "The terminal has no ticket " + g_runs[run].command_ticket);
         return;
        }
   Send(request, result);
   if(IsDone(result.retcode) || result.retcode == 10025)
      Settle(run, "done", (int)result.retcode, g_runs[run].command_ticket, 0, 0, result.comment);
   else
      SettleRefusal(run, result);
  }

void RunCancel(const int run)
  {
   ulong ticket = (ulong)StringToInteger(g_runs[run].command_ticket);
   if(ticket == 0 || !OrderSelect(ticket))
     {
      Settle(run, "rejected", 10013, "", 0, 0, "The terminal has no working order " + g_runs[run].command_ticket);
      return;
     }
   MqlTradeRequest request;
   MqlTradeResult  result;
   ZeroMemory(request);
   ZeroMemory(result);
   request.action = TRADE_ACTION_REMOVE;
   request.order  = ticket;
   Send(request, result);
   if(IsDone(result.retcode))
      Settle(run, "done", (int)result.retcode, g_runs[run].command_ticket, 0, 0, result.comment);
   else
      SettleRefusal(run, result);
  }

void Send(MqlTradeRequest &request, MqlTradeResult &result)
  {
   ResetLastError();
   // True says only that the request went out: the retcode tells what became of it.
   if(!OrderSend(request, result) && result.retcode == 0)
     {
      int error = GetLastError();
      // 4752: trading by Expert Advisors is prohibited; checked by the terminal, nothing was sent.
      result.retcode = error == 4752 ? 10027 : 10012;
      result.comment = "OrderSend failed with error " + IntegerToString(error);
     }
  }

bool IsDone(const uint retcode)
  {
   return(retcode == 10008 || retcode == 10009 || retcode == 10010);
  }

// 10012 (timeout) and 10031 (no connection) may have been executed all the same.
void SettleRefusal(const int run, const MqlTradeResult &result)
  {
   bool unclear = result.retcode == 0 || result.retcode == 10012 || result.retcode == 10031;
   Settle(run, unclear ? "unknown" : "rejected", (int)result.retcode, "", 0, 0, result.comment);
  }

ENUM_ORDER_TYPE_FILLING Filling(const string symbol)
  {
   long allowed = SymbolInfoInteger(symbol, SYMBOL_FILLING_MODE);
   if((allowed & SYMBOL_FILLING_FOK) != 0)
      return(ORDER_FILLING_FOK);
   if((allowed & SYMBOL_FILLING_IOC) != 0)
      return(ORDER_FILLING_IOC);
   return(ORDER_FILLING_RETURN);
  }

bool TradeAllowed()
  {
   return(TerminalInfoInteger(TERMINAL_TRADE_ALLOWED) != 0 && MQLInfoInteger(MQL_TRADE_ALLOWED) != 0
          && AccountInfoInteger(ACCOUNT_TRADE_EXPERT) != 0 && AccountInfoInteger(ACCOUNT_TRADE_ALLOWED) != 0);
  }

//+------------------------------------------------------------------+
//| Looking for what became of a command                             |
//+------------------------------------------------------------------+
bool SelectByMagic(const long magic)
  {
   if(magic == 0)
      return(false);
   for(int i = 0; i < PositionsTotal(); i++)
      if(PositionGetTicket(i) > 0 && PositionGetInteger(POSITION_MAGIC) == magic)
         return(true);
   return(false);
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
      if(g_runs[i].verb == "open" && HistorySelect(TimeTradeServer() - KEEP_SECONDS, TimeTradeServer() + 86400))
         Settle(i, "rejected", 0, "", 0, 0, "Not executed: it is neither open nor in the history");
      else
         if(g_runs[i].verb == "close" && PositionSelectByTicket((ulong)StringToInteger(g_runs[i].command_ticket))
            && g_runs[i].lots_before > 0 && PositionGetDouble(POSITION_VOLUME) >= g_runs[i].lots_before)
            Settle(i, "rejected", 0, "", 0, 0, "Not executed: the position is unchanged");
     }
  }

bool Recover(const int run)
  {
   if(g_runs[run].verb == "open")
     {
      if(SelectByMagic(g_runs[run].magic))
        {
         Settle(run, "done", 0, IntegerToString(PositionGetInteger(POSITION_TICKET)), PositionGetDouble(POSITION_PRICE_OPEN), g_runs[run].command_lots, "Found among the positions");
         return(true);
        }
      for(int i = 0; i < OrdersTotal(); i++)
        {
         ulong order = OrderGetTicket(i);
         if(order > 0 && g_runs[run].magic != 0 && OrderGetInteger(ORDER_MAGIC) == g_runs[run].magic)
           {
            Settle(run, "done", 0, IntegerToString((long)order), 0, 0, "Found among the orders");
            return(true);
           }
        }
      if(!HistorySelect(TimeTradeServer() - KEEP_SECONDS, TimeTradeServer() + 86400))
         return(false);
      // The first one that bears it: on a netting account an order that reduces or turns the position has no deal that goes in.
      for(int k = 0; k < HistoryDealsTotal(); k++)
        {
         ulong deal = HistoryDealGetTicket(k);
         if(deal == 0 || g_runs[run].magic == 0 || HistoryDealGetInteger(deal, DEAL_MAGIC) != g_runs[run].magic)
            continue;
         Settle(run, "done", 0, IntegerToString(HistoryDealGetInteger(deal, DEAL_POSITION_ID)), HistoryDealGetDouble(deal, DEAL_PRICE), HistoryDealGetDouble(deal, DEAL_VOLUME), "Found in the history");
         return(true);
        }
      return(false);
     }
   if(g_runs[run].verb == "close" && g_runs[run].lots_before > 0)
     {
      bool open = PositionSelectByTicket((ulong)StringToInteger(g_runs[run].command_ticket));
      if(!open || PositionGetDouble(POSITION_VOLUME) < g_runs[run].lots_before)
        {
         Settle(run, "done", 0, g_runs[run].command_ticket, 0, g_runs[run].command_lots, open ? "The position has become smaller" : "The position is closed");
         return(true);
        }
     }
   return(false);
  }

ulong DealOfOrder(const ulong order)
  {
   if(order == 0 || !HistorySelect(TimeTradeServer() - 3600, TimeTradeServer() + 86400))
      return(0);
   for(int i = HistoryDealsTotal() - 1; i >= 0; i--)
     {
      ulong deal = HistoryDealGetTicket(i);
      if(deal > 0 && HistoryDealGetInteger(deal, DEAL_ORDER) == (long)order)
         return(deal);
     }
   return(0);
  }

//+------------------------------------------------------------------+
//| Memory: a file that outlives the terminal                        |
//+------------------------------------------------------------------+
bool OpenMemory()
  {
   g_file = "TradeFlow_" + IntegerToString(AccountInfoInteger(ACCOUNT_LOGIN)) + ".txt";
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
   MathSrand((int)(GetTickCount64() % 2147483647));
   string text = "mt5-";
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
   if(verb == "close" && PositionSelectByTicket((ulong)StringToInteger(ticket)))
      g_runs[size].lots_before = PositionGetDouble(POSITION_VOLUME);
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
   return(end < 0 ? "" : StringSubstr(json, start, end - start));
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
   if(status == -1 && answer == "4014")
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
